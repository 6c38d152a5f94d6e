import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { field, type Schema } from "../../src/core/index.ts"
import { open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { tempFolder } from "../engine/small-world.ts"

const data = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))
const reviews = join(data, "rec-amazon-instruments")
const schema = {
  item: { title: field.text(), category: field.category(), price: field.number(), stock: field.number() },
} satisfies Schema

test.skipIf(!existsSync(reviews))(
  "a shop by configuration alone: reviews imported, trained, ranked; what is sold out is gone (needs TROMMEL_DATA)",
  {
    timeout: 60_000,
  },
  async () => {
    const folder = await tempFolder()
    const products = recommendation({ name: "products", collection: "products", schema, timeoutMs: 30_000 })
    const engine = await open({ store: join(folder.path, "store"), systems: [products], training: "inline" })
    const { accepted, rejectedCount } = await engine.import("products", [reviews])
    expect([accepted > 8000, rejectedCount]).toEqual([true, 0])
    const { release, metrics } = await engine.train("products", { seed: 7 })
    await engine.promote(release)
    expect(metrics["ndcg@20"]).toBeGreaterThanOrEqual(metrics["popularity.ndcg@20"]!)
    expect(metrics["ndcg@20"]).toBeGreaterThan(0.07)
    const user = (await engine.handlers.users("products", 1)).users[0]!.id
    const page = async () => (await engine.rank("products", { user, limit: 10, log: false })).items.map(({ id }) => id)
    const [first, second] = await page()
    const described = (item: string, stock: number) => ({
      id: `stock-${item}-${stock}`,
      timestamp: Date.now(),
      event: "item",
      collection: "products",
      item,
      fields: { title: item, category: "strings", price: 9, stock },
    })
    await engine.observe([described(first!, 0), described(second!, 3)])
    expect(await page()).not.toContain(first)
    expect(await page()).toContain(second)
    const shelf = await engine.rank("products", { filters: { category: "strings" }, limit: 10, log: false })
    expect(shelf.items.map(({ id }) => id)).toEqual([second])
    await engine.observe([described(first!, 7)])
    expect(await page()).toContain(first)
    await engine.close()
    await folder.dispose()
  },
)
