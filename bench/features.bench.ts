// Features: how fast the log folds into state, how fast rows are read, what each family costs. Fixed seed; entries are decoded beforehand.
import { candidates, createIdTable, field, type LogEntry, type LogRecord, matrix, random, systemClock } from "../src/core/index.ts"
import { families, featureCost, featureSet, replay } from "../src/features/index.ts"
import { memoryStore } from "../src/storage/index.ts"

const USERS = 20_000
const ITEMS = 20_000
const EVENTS = 600_000
const CANDIDATES = 100
const START = Date.UTC(2026, 0, 1)

const schema = {
  item: { price: field.number(), director: field.category(), genre: field.categories(), released: field.time() },
  user: { age: field.number() },
}

const ids = createIdTable()
const set = featureSet({
  ids,
  collection: "films",
  schema,
  families: [
    families.number("price"),
    families.number("age", { of: "user" }),
    families.category("director"),
    families.categories("genre"),
    families.timeOfDay(),
    families.age("released"),
    families.newness(),
    families.counter({ by: "item", types: ["click"], windows: ["1d", "7d", "30d", "all"] }),
    families.counter({ by: "user", types: ["click"], windows: ["1h", "7d"] }),
    families.userCategory({ field: "genre", types: ["click"], windows: ["7d", "30d", "all"], limit: 128 }),
    families.rate({ name: "ctr", by: "item", numerator: ["click"], denominator: ["impression"], windows: ["7d", "30d", "all"] }),
    families.overlap("genre"),
    families.overlap("director"),
    families.jaccard("genre"),
  ],
})

const chance = random(1)
const item = () => `film${Math.floor(ITEMS * chance.next() ** 2)}`
const user = () => `user${chance.integer(USERS)}`
const genres = Array.from({ length: 18 }, (_, i) => `genre${i}`)
const collection = "films"
const entries: LogEntry[] = []
const push = (record: Record<string, unknown>, time: number) =>
  entries.push({ position: entries.length + 1, time, record: { id: `e${entries.length}`, timestamp: time, ...record } as LogRecord })

for (let i = 0; i < ITEMS; i++) {
  const genre = genres.filter(() => chance.next() < 0.12)
  const fields = { price: chance.next(), director: `d${chance.integer(500)}`, genre, released: START - i * 3_600_000 }
  push({ event: "item", item: `film${i}`, collection, fields }, START)
}
for (let i = 0; i < EVENTS; i++) {
  const time = START + i * 4000 - (chance.next() < 0.05 ? chance.integer(86_400_000) : 0)
  const kind = chance.next()
  if (kind < 0.9) push({ event: "interaction", type: "click", item: item(), collection, user: user() }, time)
  else if (kind < 0.95) push({ event: "item", item: item(), collection, fields: { price: chance.next() } }, time)
  else {
    const items = Array.from({ length: 10 }, () => ({ id: item(), collection }))
    push({ event: "impression", system: "films", items, user: user() }, time)
  }
}

async function* batches() {
  for (let from = 0; from < entries.length; from += 1024) yield entries.slice(from, from + 1024)
}

const state = memoryStore().state
const { tables } = await state.open(set.declarations, set.schemaHash)
const startMs = systemClock.monotonicMs()
await replay({ entries: batches(), set, tables, ids })
const spentMs = systemClock.monotonicMs() - startMs
console.log(
  `replay, ${set.families.length} families, ${set.columns.length} columns, ${set.declarations.length} tables, ${entries.length} events:`,
)
console.log(
  `  ${Math.round(entries.length / spentMs) * 1000} events/s; state ${(state.bytes / 2 ** 20).toFixed(0)} MB, ids ${(ids.bytes / 2 ** 20).toFixed(0)} MB`,
)

const list = candidates(CANDIDATES)
const now = entries.at(-1)!.time
const out = matrix(CANDIDATES, set.columns.length)
const READS = 5000
const spent = new Float64Array(READS)
for (let read = -READS; read < READS; read++) {
  const request = set.request(tables, { now, user: user(), item: item() })
  list.collections.fill(request.collection)
  for (let i = 0; i < CANDIDATES; i++) list.ids[i] = chance.integer(ITEMS)
  const before = systemClock.monotonicMs()
  set.read(tables, request, list, out)
  if (read >= 0) spent[read] = (systemClock.monotonicMs() - before) * 1000
}
spent.sort()
console.log(
  `read, ${CANDIDATES} candidates x ${set.columns.length} columns: p50 ${spent[READS / 2]!.toFixed(0)} us, p99 ${spent[READS * 0.99]!.toFixed(0)} us`,
)

const request = set.request(tables, { now, user: "user1", item: "film1" })
const cost = featureCost({ set, tables, request, candidates: list, clock: systemClock, repeats: 2000 })
for (const { family, columns, nsPerRow } of cost.reads)
  console.log(`  ${family.padEnd(28)} ${columns} columns ${nsPerRow.toFixed(0).padStart(5)} ns/row`)
for (const { table, key, bytesPerKey } of cost.state) console.log(`  ${table.padEnd(34)} ${String(bytesPerKey).padStart(7)} bytes a ${key}`)
