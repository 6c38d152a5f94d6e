// Replay from disk: 400k interactions read from the log, decoded and folded, in memory, into twenty feature families and into those of a
// recommendation system; features are read for 1,000 requests on the way. usage: npm run bench -- replay [EVENTS]
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createIdTable, field, type IdTable, random } from "../src/core/index.ts"
import { type FeatureSet, families, featureSet, type ReplayRead, replay } from "../src/features/index.ts"
import { memoryState, openStore } from "../src/storage/index.ts"
import { recommendation } from "../src/systems/index.ts"

const EVENTS = Number(process.argv[2] ?? 400_000)
const BATCH = 1000
const USERS = 20_000
const ITEMS = 5000
const READS = 1000

const schema = { item: { title: field.text(), genres: field.categories(), year: field.number(), released: field.time() } }
const dir = mkdtempSync(join(tmpdir(), "trommel-replay-"))
const store = await openStore({ dir, mode: "write" })
const chance = random(1)
const start = Date.now() - 30 * 86_400_000
const items = Array.from({ length: ITEMS }, (_, n) => ({
  time: start,
  record: {
    id: `item/${n}`,
    timestamp: start,
    event: "item" as const,
    item: `i${n}`,
    fields: { title: `T${n}`, genres: [`g${n % 20}`, `g${n % 7}`], year: 1990 + (n % 30), released: "1999-01-01" },
  },
}))
await store.log.append(items).durable
for (let b = 0; b < EVENTS / BATCH; b++) {
  const batch = Array.from({ length: BATCH }, (_, i) => {
    const n = b * BATCH + i
    const timestamp = start + n * 5000
    const who = { user: `u${chance.integer(USERS)}`, item: `i${Math.floor(ITEMS * chance.next() ** 2)}`, type: "click", request: `r${n}` }
    return { time: timestamp, record: { id: `e${n}`, timestamp, event: "interaction" as const, ...who } }
  })
  await store.log.append(batch).durable
}

const types = ["click"]
const all = { windows: ["1d", "7d", "all"] } as const
const ctr = { name: "ctr", numerator: types, denominator: ["impression"], ...all } as const
const twenty = (ids: IdTable) =>
  featureSet({
    ids,
    collection: "items",
    schema,
    families: [
      families.number("year"),
      families.textStats("title"),
      families.categories("genres"),
      families.oneHot("genres", ["g1", "g2", "g3"]),
      families.timeOfDay(),
      families.localTime(),
      families.age("released"),
      families.newness(),
      families.counter({ by: "item", types, ...all }),
      families.counter({ by: "user", types, ...all }),
      families.rate({ ...ctr, by: "item" }),
      families.rate({ ...ctr, by: "user" }),
      families.popularity({ types, ...all }),
      families.recency({ by: "item", types }),
      families.recency({ by: "user", types }),
      families.pairHistory({ types, ...all, limit: 64 }),
      families.userCategory({ field: "genres", types, ...all, limit: 64 }),
      families.overlap("genres"),
      families.jaccard("genres"),
      families.relativeNumber("year"),
    ],
  })
const sets: readonly (readonly [name: string, make: (ids: IdTable) => FeatureSet])[] = [
  ["twenty", twenty],
  ["recommendation", (ids) => recommendation({ schema }).features({ ids, timeless: false })],
]

for (let round = 0; round < 8; round++) {
  const [name, make] = sets[round % 2]!
  const ids = createIdTable()
  const set = make(ids)
  const { tables } = await memoryState().open(set.declarations, set.schemaHash)
  const reads: ReplayRead[] = Array.from({ length: READS }, (_, n) => ({
    requestId: `q${n}`,
    readAt: ITEMS + Math.floor(((n + 1) * EVENTS) / READS),
    asked: { user: `u${n}`, now: start + Math.floor(((n + 1) * EVENTS) / READS) * 5000 },
    items: Array.from({ length: 20 }, (_, i) => `i${(n * 37 + i * 211) % ITEMS}`),
  }))
  const cpu = process.cpuUsage()
  const began = performance.now()
  const done = await replay({ entries: store.log.read(), set, tables, ids, at: reads })
  const seconds = (performance.now() - began) / 1000
  const used = process.cpuUsage(cpu)
  console.log(
    `${name}: ${set.families.length} families, ${set.columns.length} columns: ${Math.round(done.entries / seconds).toLocaleString("en")} events/s, ` +
      `${((used.user + used.system) / done.entries).toFixed(2)} CPU us an event, ${done.reads} reads of 20 rows`,
  )
}
await store.close()
rmSync(dir, { recursive: true })
