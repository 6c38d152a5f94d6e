/**
 * A shop instead of a film page: the same kind of system, told by configuration alone that its items have a price and a stock, and that people buy.
 *
 * Everything here is what a shop does; the catalogue and the customers are made up: guitarists buy guitars and strings, drummers drums and sticks.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { field, open, recommendation } from "trommel"

const products = recommendation({
  name: "products",
  collection: "products",
  schema: {
    item: {
      title: field.text({ required: true }),
      category: field.category(),
      brand: field.category(),
      price: field.number({ range: [0, 100_000] }),
      // A product with a stock of 0 is on no page until a new event says that there is more.
      stock: field.number({ range: [0, 1e9] }),
    },
  },
  // What people do in a shop, and what it says: a purchase and a full cart are a taste, a look is not, a return is the contrary.
  actions: {
    purchase: { means: "positive" },
    cart: { means: "positive" },
    view: { means: "ignore" },
    return: { means: "negative" },
  },
  // Not more than three of a brand among the first ten.
  caps: [{ field: "brand", most: 3, within: 10 }],
})

const store = await mkdtemp(join(tmpdir(), "products-"))
const engine = await open({ store, systems: [products] })

const start = Date.now() - 40 * 86_400_000
const kinds = ["guitar", "strings", "drum", "sticks"]
const catalogue = Array.from({ length: 80 }, (_, n) => ({
  id: `item/${n}`,
  timestamp: start,
  event: "item",
  collection: "products",
  item: `${kinds[n % 4]}-${n}`,
  fields: {
    title: `${kinds[n % 4]} number ${n}`,
    category: kinds[n % 4],
    brand: `brand ${n % 9}`,
    price: n % 2 === 0 ? 200 + 10 * n : 5 + (n % 40),
    stock: 5,
  },
}))
const bought = Array.from({ length: 3000 }, (_, n) => {
  const customer = n % 150
  const visit = Math.floor(n / 150)
  // Guitarists and drummers; every second thing is the small one that goes with the large one.
  const kind = 2 * (customer % 2) + (visit % 2)
  const product = (kind + 4 * ((customer * 3 + Math.floor(visit / 2) * 7) % 20)) % 80
  return {
    id: `buy/${n}`,
    // The strings are bought minutes after the guitar, the next guitar days later.
    timestamp: start + Math.floor(visit / 2) * 4 * 86_400_000 + customer * 60_000 + (visit % 2) * 300_000,
    event: "interaction",
    collection: "products",
    user: `customer-${customer}`,
    item: `${kinds[product % 4]}-${product}`,
    type: "purchase",
  }
})
const { accepted } = await engine.observe([...catalogue, ...bought])
console.log(`${accepted} events accepted`)

const { release, metrics } = await engine.train("products", { seed: 1 })
console.log(`release ${release}: ndcg@20 ${metrics["ndcg@20"]?.toFixed(3)}, popularity alone ${metrics["popularity.ndcg@20"]?.toFixed(3)}`)
await engine.promote(release)

// The shop's front page for one customer.
const page = await engine.rank("products", { user: "customer-4", limit: 5 })
for (const item of page.items) console.log(item.score.toFixed(3), item.fields?.title, item.fields?.price, item.reasons?.join("; "))

// What is sold out is gone from the very next page; what comes back is there again.
const sold = page.items[0]?.id ?? ""
const stocked = { id: "stock/1", timestamp: Date.now(), event: "item", collection: "products", item: sold, fields: { stock: 0 } }
const { position } = await engine.observe([stocked])
const next = await engine.rank("products", { user: "customer-4", limit: 5, after: position })
console.log(`${sold} sold out: ${next.items.some((item) => item.id === sold) ? "still there" : "gone"}`)

// A product's own page: what is bought with it, and what is like it.
const beside = await engine.rank("products", { item: "guitar-8", limit: 3 })
console.log(`beside guitar-8: ${beside.items.map(({ id }) => id).join(", ")}`)

// A shelf of one kind, for somebody nothing is known of.
const shelf = await engine.rank("products", { filters: { category: "strings" }, limit: 5 })
console.log(`strings under 50: ${shelf.items.length > 0 && shelf.items.every((item) => Number(item.fields?.price) < 50)}`)

await engine.close()
await rm(store, { recursive: true })
