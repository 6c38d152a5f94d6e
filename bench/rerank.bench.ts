// Re-ranking over HTTP: 100 items x 50 features x 500 trees, features read included, 200 requests a second, open loop from a process of its own.
// usage: npm run bench -- rerank [QPS] [SECONDS]
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { candidates, createIdTable, field, type LogEntry, type LogRecord, matrix, random, systemClock } from "../src/core/index.ts"
import type { RankAnswer, ServingHandlers } from "../src/definition/index.ts"
import { families, featureSet, replay } from "../src/features/index.ts"
import { gradientBoosting } from "../src/models/index.ts"
import { createServer } from "../src/serving/index.ts"
import { memoryStore } from "../src/storage/index.ts"

const USERS = 5000
const ITEMS = 10_000
const EVENTS = 150_000
const CANDIDATES = 100
const COLUMNS = 50
const START = Date.UTC(2026, 0, 1)
const PORT = 4657
const collection = "films"

const at = (sorted: Float64Array, share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
const milliseconds = (spent: readonly number[]) => {
  const sorted = Float64Array.from(spent).sort()
  return `p50 ${at(sorted, 0.5).toFixed(3)} ms, p99 ${at(sorted, 0.99).toFixed(3)} ms`
}

/** A world of films with 50 features over its folded state. */
async function world() {
  const ids = createIdTable()
  const windows = ["1h", "1d", "7d", "30d", "all"] as const
  const set = featureSet({
    ids,
    collection,
    schema: {
      item: { price: field.number(), director: field.category(), genre: field.categories(), released: field.time() },
      user: { age: field.number() },
    },
    families: [
      families.number("price"),
      families.number("age", { of: "user" }),
      families.timeOfDay(),
      families.age("released"),
      families.newness(),
      ...(["click", "watch", "like"] as const).flatMap((type) => [
        families.counter({ by: "item", types: [type], windows }),
        families.counter({ by: "user", types: [type], windows }),
      ]),
      families.rate({ name: "ctr", by: "item", numerator: ["click"], denominator: ["impression"], windows: ["1d", "7d", "30d", "all"] }),
      families.userCategory({ field: "genre", types: ["click"], windows: ["7d", "30d", "all"], limit: 128 }),
      families.overlap("genre"),
      families.overlap("director"),
      families.jaccard("genre"),
    ],
  })
  const chance = random(1)
  const item = () => `film${Math.floor(ITEMS * chance.next() ** 2)}`
  const user = () => `user${chance.integer(USERS)}`
  const entry = (position: number, time: number, record: Record<string, unknown>): LogEntry => ({
    position,
    time,
    record: { id: `e${position}`, timestamp: time, ...record } as LogRecord,
  })
  async function* entries() {
    for (let from = 0; from < ITEMS + EVENTS; from += 1000) {
      yield Array.from({ length: 1000 }, (_, i) => {
        const position = from + i + 1
        const time = START + position * 4000
        if (position <= ITEMS) {
          const genre = Array.from({ length: 18 }, (_, g) => `genre${g}`).filter(() => chance.next() < 0.12)
          const fields = { price: chance.next(), director: `d${chance.integer(500)}`, genre, released: START - position * 3_600_000 }
          return entry(position, time, { event: "item", item: `film${position - 1}`, collection, fields })
        }
        const type = ["click", "watch", "like"][chance.integer(3)]
        return entry(position, time, { event: "interaction", type, item: item(), collection, user: user() })
      })
    }
  }
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  await replay({ entries: entries(), set, tables, ids })
  return { ids, set, tables, now: START + (ITEMS + EVENTS) * 4000, chance }
}

async function serve(): Promise<void> {
  const { ids, set, tables, now, chance } = await world()
  const list = candidates(CANDIDATES)
  const read = matrix(CANDIDATES, set.columns.length)
  /** The first 50 columns of a request's rows. */
  const rows = matrix(CANDIDATES, COLUMNS)
  const fill = (user: string) => {
    const request = set.request(tables, { now, user })
    list.collections.fill(request.collection)
    for (let i = 0; i < CANDIDATES; i++) list.ids[i] = chance.integer(ITEMS)
    set.read(tables, request, list, read)
    for (let i = 0; i < CANDIDATES; i++) rows.data.set(read.data.subarray(i * read.cols, i * read.cols + COLUMNS), i * COLUMNS)
    // Trees learn from finite values; what is none is missing.
    for (let i = 0; i < rows.data.length; i++) if (!Number.isFinite(rows.data[i]!)) rows.data[i] = Number.NaN
  }
  const train = matrix(20_000, COLUMNS)
  for (let i = 0; i < train.rows; i += CANDIDATES) {
    fill(`user${chance.integer(USERS)}`)
    train.data.set(rows.data, i * COLUMNS)
  }
  const labels = Float32Array.from({ length: train.rows }, (_, i) => (train.data[i * COLUMNS]! + 0.3 * chance.normal() > 0.5 ? 1 : 0))
  const model = await gradientBoosting({ objective: "logistic", rounds: 500, growth: "depth", maxDepth: 6 }).fit(
    { rows: train, labels },
    { seed: 1 },
  )
  const scores = new Float64Array(CANDIDATES)
  const order = Uint32Array.from({ length: CANDIDATES }, (_, i) => i)
  const [reading, scoring]: [number[], number[]] = [[], []]
  const items = ids.collection(collection)
  const rank: ServingHandlers["rank"] = async (_system, request): Promise<RankAnswer> => {
    const start = systemClock.monotonicMs()
    fill(request.user ?? "user0")
    const between = systemClock.monotonicMs()
    model.raw(rows, scores)
    order.sort((a, b) => scores[b]! - scores[a]!)
    const end = systemClock.monotonicMs()
    reading.push(between - start)
    scoring.push(end - between)
    const page = Array.from(order.subarray(0, request.limit ?? CANDIDATES), (place) => ({
      id: items.name(list.ids[place]!),
      score: scores[place]!,
    }))
    return {
      requestId: "r",
      release: "bench",
      variant: "control",
      items: page,
      degraded: [],
      stages: [],
      position: "0",
      tookMs: end - start,
    }
  }
  const used: Partial<ServingHandlers> = {
    rank,
    health: () => ({ status: "ok", version: "bench", events: EVENTS, releases: 1 }),
    ready: () => ({ ready: true, missing: [] }),
    measurements: () => [],
    users: async (_system, limit) => ({
      simulated: true,
      users: Array.from({ length: Math.min(limit, USERS) }, (_, i) => ({ id: `user${i}` })),
    }),
    systems: () => [{ name: "rerank", kind: "recommendation", placements: ["home"], operations: [] }],
  }
  const handlers = new Proxy(used, {
    get: (target, name: keyof ServingHandlers) => target[name] ?? (() => Promise.reject(new Error(`the bench has no ${name}`))),
  }) as ServingHandlers
  for (let i = 0; i < 2000; i++) await rank("rerank", { user: `user${i}` }, AbortSignal.timeout(1000))
  reading.length = 0
  scoring.length = 0
  const server = createServer({ handlers, version: "bench", port: PORT, onFault: (error) => console.error(error) })
  await server.listen()
  console.log(
    `${CANDIDATES} items x ${COLUMNS} features x ${model.ensemble.output.length} trees, ${model.ensemble.nodes.feature.length} nodes`,
  )
  await once(process, "SIGINT")
  console.log(`features read ${milliseconds(reading)}`)
  console.log(`scored and sorted ${milliseconds(scoring)}`)
  console.log(`both ${milliseconds(reading.map((ms, i) => ms + scoring[i]!))}, over ${reading.length} requests`)
  await server.close()
}

async function drive(qps: string, seconds: string): Promise<void> {
  const self = fileURLToPath(import.meta.url)
  const server = spawn(process.execPath, [self, "serve"], { stdio: ["ignore", "pipe", "inherit"] })
  server.stdout.pipe(process.stdout)
  await once(server.stdout, "data")
  const cli = join(fileURLToPath(new URL("../..", import.meta.url)), "dist", "src", "cli", "main.js")
  const target = ["--url", `http://127.0.0.1:${PORT}`, "--system", "rerank", "--limit", String(CANDIDATES)]
  const load = ["bench", "load", ...target, "--qps", qps, "--seconds", seconds, "--warm-up", "5"]
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...load], { encoding: "utf8" })
  console.log(stdout || stderr)
  const ended = once(server, "exit")
  server.kill("SIGINT")
  await ended
}

if (process.argv[2] === "serve") await serve()
else await drive(process.argv[2] ?? "200", process.argv[3] ?? "20")
