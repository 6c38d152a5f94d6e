// Every family of vector index beside hnswlib, faiss and annoy on clustered vectors: queries a CPU second at recall@10 of 0.95 and 0.99, one thread.
// usage: npm run bench -- neighbours [ROWS] [FOLDER] [TURNS]
// Ours answer one query at a time; the peers get all queries in one call. Built indexes stay in FOLDER: a second run measures searching alone.
// The peers need Python with numpy, hnswlib, faiss-cpu and annoy: PEERS_PYTHON names it.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Matrix, row } from "../src/core/index.ts"
import { clusteredVectors } from "../src/data/index.ts"
import { exactScan, LiveIndex, type VectorConfig, type VectorFamilyName } from "../src/retrieval/index.ts"
import { diskBundle } from "./neighbours/disk-bundle.ts"

const rowCount = Number(process.argv[2] ?? 20_000)
const folder = process.argv[3] ?? join(tmpdir(), `trommel-neighbours-${rowCount}`)
const turns = Number(process.argv[4] ?? 1)
const [dimension, queryCount, k, seed] = [128, 1000, 10, 1]
const targets = [0.9, 0.95, 0.99]
const python = process.env.PEERS_PYTHON ?? "python3"
const script = fileURLToPath(new URL("../../bench/peers/neighbours.py", import.meta.url))

interface Point {
  readonly recall: number
  readonly queriesPerSecond: number
}

interface Measured {
  readonly buildSeconds: number
  readonly bytes: number
  readonly points: readonly Point[]
  readonly version?: string
}

const ours: Readonly<Record<string, { readonly family: VectorFamilyName; readonly config: object; readonly efforts?: readonly number[] }>> =
  {
    graph: { family: "graph", config: {}, efforts: [10, 16, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256] },
    clusters: { family: "clusters", config: {}, efforts: [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192] },
    product: { family: "product", config: {} },
    int8: { family: "int8", config: {} },
    forest: { family: "forest", config: {} },
    lsh: { family: "lsh", config: {} },
  }
const peers = [
  "hnswlib",
  "faiss-hnsw",
  "faiss-ivf1024",
  "faiss-ivf2048",
  "faiss-ivf1024-sq8",
  "faiss-pq64x4fs",
  "faiss-pq32",
  "annoy",
  "faiss-lsh",
]

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Rows, queries and the truth, made once. */
async function prepared(): Promise<{ rows: Matrix; queries: Matrix; truth: Uint32Array }> {
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  if (!existsSync(file("truth.u32"))) {
    const { rows, queries } = clusteredVectors({ rows: rowCount, queries: queryCount, dimension, seed })
    const found = (await exactScan(rows, "euclidean")).searchMany(queries, k)
    const truth = new Uint32Array(queryCount * k)
    for (const [i, { ids }] of found.entries()) truth.set(ids, i * k)
    writeFileSync(file("rows.f32"), rows.data)
    writeFileSync(file("queries.f32"), queries.data)
    writeFileSync(file("truth.u32"), truth)
  }
  const bytes = (name: string) => {
    const read = readFileSync(file(name))
    const copy = new Uint8Array(read.length)
    copy.set(read)
    return copy.buffer
  }
  return {
    rows: { data: new Float32Array(bytes("rows.f32")), rows: rowCount, cols: dimension },
    queries: { data: new Float32Array(bytes("queries.f32")), rows: queryCount, cols: dimension },
    truth: new Uint32Array(bytes("truth.u32")),
  }
}

async function built(name: string, rows: Matrix): Promise<{ index: LiveIndex; buildSeconds: number }> {
  const { family, config } = ours[name]!
  const place = join(folder, name)
  if (existsSync(join(place, "bench.json"))) {
    const bundle = diskBundle(place)
    return { index: await LiveIndex.load(bundle), buildSeconds: bundle.json("bench") as number }
  }
  const before = cpuSeconds()
  const index = await LiveIndex.build(family, { rows, metric: "euclidean" }, config as VectorConfig<typeof family>, { seed })
  const buildSeconds = cpuSeconds() - before
  const bundle = diskBundle(place)
  index.save(bundle)
  bundle.json("bench", buildSeconds)
  return { index, buildSeconds }
}

function curve(index: LiveIndex, efforts: readonly number[], queries: Matrix, truth: Uint32Array): Point[] {
  const points: Point[] = []
  for (const effort of efforts) {
    for (let i = 0; i < 50; i++) index.search(row(queries, i), k, { effort })
    const before = cpuSeconds()
    const found = Array.from({ length: queries.rows }, (_, i) => index.search(row(queries, i), k, { effort }).ids)
    const queriesPerSecond = queries.rows / (cpuSeconds() - before)
    let hits = 0
    found.forEach((ids, i) => {
      const nearest = new Set(truth.subarray(i * k, (i + 1) * k))
      for (const id of ids) if (nearest.has(id)) hits++
    })
    points.push({ recall: hits / (queries.rows * k), queriesPerSecond })
    if (points.at(-1)!.recall > 0.9975) break
  }
  return points
}

function peer(library: string): Measured | string {
  const done = spawnSync(python, [script, folder, String(dimension), String(k), library], { encoding: "utf8" })
  if (done.status === 0) return JSON.parse(done.stdout) as Measured
  return done.stderr?.trim().split("\n").at(-1) ?? "no Python"
}

/** Queries a second at a recall: between two points of a curve by the logarithm, nothing where it does not reach. */
function speedAt(points: readonly Point[], recall: number): number {
  const at = points.findIndex((point) => point.recall >= recall)
  if (at < 0) return Number.NaN
  const [low, high] = [points[at - 1], points[at]!]
  if (low === undefined) return high.queriesPerSecond
  const share = (recall - low.recall) / (high.recall - low.recall)
  return Math.exp(Math.log(low.queriesPerSecond) * (1 - share) + Math.log(high.queriesPerSecond) * share)
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (name: string, ...cells: readonly string[]) =>
  console.log([name.padEnd(24), ...cells.map((cell) => cell.padStart(12))].join(""))
const speed = (value: number) => (Number.isNaN(value) ? "-" : value.toFixed(0))

const { rows, queries, truth } = await prepared()
const measured = new Map<string, Measured[]>()
const note = (name: string, found: Measured) => measured.set(name, [...(measured.get(name) ?? []), found])
for (let turn = 0; turn < turns; turn++) {
  for (const library of peers) {
    const found = peer(library)
    if (typeof found === "string") console.log(`${library} is missing: ${found}`)
    else note(`${library} ${found.version}`, found)
  }
  for (const name of Object.keys(ours)) {
    const { index, buildSeconds } = await built(name, rows)
    note(name, { buildSeconds, bytes: index.memoryBytes, points: curve(index, ours[name]!.efforts ?? index.efforts, queries, truth) })
  }
}
const exact = await exactScan(rows, "euclidean")
const before = cpuSeconds()
for (let i = 0; i < 50; i++) exact.search(row(queries, i), k)
const exactSpeed = 50 / (cpuSeconds() - before)
console.log(`${rowCount} x ${dimension} clustered vectors, euclidean, ${queryCount} queries, one thread, medians of ${turns}`)
show("", "build CPU s", "MB", ...targets.map((target) => `QPS at ${target}`), "x exact, 0.9")
show("exact", "-", (exact.memoryBytes / 1e6).toFixed(0), ...targets.map(() => speed(exactSpeed)), "1.0")
for (const [name, all] of measured) {
  const at = targets.map((target) => median(all.map(({ points }) => speedAt(points, target))))
  const { buildSeconds, bytes } = all[0]!
  show(name, buildSeconds.toFixed(1), (bytes / 1e6).toFixed(0), ...at.map(speed), (at[0]! / exactSpeed).toFixed(1))
}
