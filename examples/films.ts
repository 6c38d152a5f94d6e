/**
 * A film page in sixty lines: define a system, send events, train, promote, rank, and see why.
 *
 * Everything here is what a product does; only the audience is made up: people who like one of two genres.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { field, open, recommendation } from "trommel"

// A system is a name, the collection it ranks and what its items look like. Everything else has a default.
const films = recommendation({
  name: "films",
  collection: "films",
  schema: { item: { title: field.text({ required: true }), genres: field.categories(), year: field.number() } },
})

const store = await mkdtemp(join(tmpdir(), "films-"))
const engine = await open({ store, systems: [films] })

// Events are the only source of truth: what there is, and what people did.
const start = Date.now() - 30 * 86_400_000
const catalogue = Array.from({ length: 60 }, (_, n) => ({
  id: `item/${n}`,
  timestamp: start,
  event: "item",
  collection: "films",
  item: `film-${n}`,
  fields: { title: `Film ${n}`, genres: [n % 2 === 0 ? "drama" : "comedy"], year: 1960 + n },
}))
const watched = Array.from({ length: 3000 }, (_, n) => {
  const viewer = n % 150
  // Every viewer stays with one genre; a simple walk over the films of that genre stands for taste.
  const film = (2 * ((viewer * 7 + Math.floor(n / 150) * 11) % 30) + (viewer % 2)) % 60
  const timestamp = start + (n + 1) * 600_000
  return {
    id: `watch/${n}`,
    timestamp,
    event: "interaction",
    collection: "films",
    user: `viewer-${viewer}`,
    item: `film-${film}`,
    type: "watch",
    value: 0.9,
  }
})
const { accepted, rejected } = await engine.observe([...catalogue, ...watched])
console.log(`${accepted} events accepted, ${rejected.length} rejected`)

// Training replays the log in a child process and writes a release: a hashed bundle with its evidence beside it.
const { release, metrics, notes } = await engine.train("films", { seed: 1 })
console.log(`release ${release}: ndcg@20 ${metrics["ndcg@20"]?.toFixed(3)}, popularity alone ${metrics["popularity.ndcg@20"]?.toFixed(3)}`)
for (const note of notes) console.log(note)
await engine.promote(release)

// The first page. `explain` keeps the whole trace: candidates, drops by rule, features with what each adds.
const page = await engine.rank("films", { user: "viewer-1", limit: 5, explain: true })
for (const item of page.items) console.log(item.score.toFixed(3), item.fields?.title, item.reasons?.join("; "))
for (const { name, in: before, out, ms } of page.stages) console.log(`${name}: ${before} in, ${out} out, ${ms} ms`)

// What somebody hides is gone from the very next page.
const hidden = page.items[0]?.id ?? ""
const hide = {
  id: "hide/1",
  timestamp: Date.now(),
  event: "interaction",
  collection: "films",
  user: "viewer-1",
  item: hidden,
  type: "hide",
}
const { position } = await engine.observe([hide])
const next = await engine.rank("films", { user: "viewer-1", limit: 5, after: position })
console.log(`${hidden} hidden: ${next.items.some((item) => item.id === hidden) ? "still there" : "gone"}`)

await engine.close()
await rm(store, { recursive: true })
