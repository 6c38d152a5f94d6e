// Features: how fast the log folds into state, how fast rows are read, what each family costs; then every family there is, over a smaller world.
// Fixed seed; entries are decoded beforehand.
import { candidates, createIdTable, field, type LogEntry, type LogRecord, matrix, random, systemClock } from "../src/core/index.ts"
import { families, featureCost, featureSet, replay } from "../src/features/index.ts"
import { serveWorld } from "../src/features/parity-world.test.helper.ts"
import { memoryStore } from "../src/storage/index.ts"

const USERS = 20_000
const ITEMS = 20_000
const EVENTS = 600_000
const CANDIDATES = 100
const BATCH = 1024
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
let position = 0
const entry = (record: Record<string, unknown>, time: number): LogEntry => {
  position++
  return { position, time, record: { id: `e${position}`, timestamp: time, ...record } as LogRecord }
}
const described = (i: number) => {
  const genre = genres.filter(() => chance.next() < 0.12)
  const fields = { price: chance.next(), director: `d${chance.integer(500)}`, genre, released: START - i * 3_600_000 }
  return entry({ event: "item", item: `film${i}`, collection, fields }, START)
}
/** Nine in ten are clicks, one in twenty an item that changed, one in twenty an impression of ten items; one in twenty comes late. */
const happened = (i: number) => {
  const time = START + i * 4000 - (chance.next() < 0.05 ? chance.integer(86_400_000) : 0)
  const kind = chance.next()
  if (kind < 0.9) return entry({ event: "interaction", type: "click", item: item(), collection, user: user() }, time)
  if (kind < 0.95) return entry({ event: "item", item: item(), collection, fields: { price: chance.next() } }, time)
  return entry(
    { event: "impression", system: "films", items: Array.from({ length: 10 }, () => ({ id: item(), collection })), user: user() },
    time,
  )
}

/** Entries as a log gives them: decoded batch by batch. The time it takes to make them up does not count. */
let makingMs = 0
async function* batches(count: number, make: (i: number) => LogEntry) {
  for (let from = 0; from < count; from += BATCH) {
    const startMs = systemClock.monotonicMs()
    const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => make(from + i))
    makingMs += systemClock.monotonicMs() - startMs
    yield batch
  }
}

const state = memoryStore().state
const { tables } = await state.open(set.declarations, set.schemaHash)
for (const [name, count, make] of [
  ["items described", ITEMS, described],
  ["events, the first half", EVENTS / 2, happened],
  ["events, the second half", EVENTS / 2, (i: number) => happened(i + EVENTS / 2)],
] as const) {
  makingMs = 0
  const startMs = systemClock.monotonicMs()
  const used = process.cpuUsage()
  await replay({ entries: batches(count, make), set, tables, ids })
  const spentMs = systemClock.monotonicMs() - startMs - makingMs
  const { user: cpuMicros } = process.cpuUsage(used)
  console.log(
    `replay, ${set.families.length} families, ${set.columns.length} columns, ${count} ${name}: ${Math.round(count / spentMs)}k/s, ${(((cpuMicros / 1000 - makingMs) / count) * 1000).toFixed(2)} CPU us an event`,
  )
}
console.log(
  `state ${(state.bytes / 2 ** 20).toFixed(0)} MB in ${set.declarations.length} tables, ids ${(ids.bytes / 2 ** 20).toFixed(0)} MB`,
)

const list = candidates(CANDIDATES)
const now = START + EVENTS * 4000
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
  `read, ${CANDIDATES} candidates x ${set.columns.length} columns: p10 ${spent[READS / 10]!.toFixed(0)} us, p50 ${spent[READS / 2]!.toFixed(0)} us, p99 ${spent[READS * 0.99]!.toFixed(0)} us`,
)

const request = set.request(tables, { now, user: "user1", item: "film1" })
const cost = featureCost({ set, tables, request, candidates: list, clock: systemClock, repeats: 2000 })
for (const { family, columns, nsPerRow } of cost.reads)
  console.log(`  ${family.padEnd(28)} ${columns} columns ${nsPerRow.toFixed(0).padStart(5)} ns/row`)
for (const { table, key, bytesPerKey } of cost.state) console.log(`  ${table.padEnd(34)} ${String(bytesPerKey).padStart(7)} bytes a ${key}`)

const world = await serveWorld(4000)
const pages = candidates(CANDIDATES)
const asked = world.set.request(world.tables, {
  now: START,
  user: "u1",
  session: "s1",
  item: "film1",
  query: "heat night",
  context: {
    device: "device1",
    lat: 48.9,
    lon: 2.4,
    referer: "https://www.google.com/",
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
  },
})
pages.collections.fill(asked.collection)
const films = world.ids.collection("films").size
for (let i = 0; i < CANDIDATES; i++) pages.ids[i] = chance.integer(films)
const every = featureCost({ set: world.set, tables: world.tables, request: asked, candidates: pages, clock: systemClock, repeats: 500 })
console.log(`\nevery family, ${CANDIDATES} candidates of ${films}, ${world.entries} records folded`)
for (const { family, columns, nsPerRow } of every.reads)
  console.log(
    `  ${family.padEnd(40)} ${String(columns).padStart(2)} columns ${nsPerRow.toFixed(0).padStart(5)} ns/row ${(1000 / nsPerRow).toFixed(1).padStart(6)}M rows/s`,
  )
