import { type BundleReader, breathe, Corrupt, type FitOptions, type Matrix, random } from "../../core/index.ts"
import type { BaseIndex, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { wholeFrom } from "./config.ts"
import { heapBytes } from "./heap.ts"
import { layCodes, learnSteps, loadSteps, type Steps, saveSteps } from "./int8-codes.ts"
import { localOrder } from "./local-order.ts"
import type { VectorTable } from "./vector-table.ts"

/** How {@link hashing} is built; every key has a default. */
export interface HashingConfig {
  /** Default 16. */
  readonly tables?: number
  /** Planes a table, at most 20; default such that a bucket holds about 16 rows. */
  readonly bits?: number
  /** Rough candidates scored again, as a multiple of `k`; default 3. */
  readonly rescored?: number
}

/**
 * Locality-sensitive hashing by random hyperplanes: two rows fall on the same side of a plane with probability `1 - angle / pi`.
 *
 * Several tables; a query looks into its own bucket of each and then into those its least sure bits lead to. Effort: buckets looked into.
 * Planes go through the origin for cosine and through the mean of the rows otherwise.
 * @see Charikar 2002, doi:10.1145/509907.509965; Lv et al. 2007 (multi-probe)
 */
export const hashing: VectorFamily<HashingConfig> = {
  name: "lsh",
  summary: "random hyperplanes, several tables, several probes each: quick to build, the most memory for its recall",
  async build(data, config, options) {
    const { rows: n } = data.rows
    const tables = wholeFrom("lsh tables", config.tables ?? 16, 1, 1024)
    const bits = wholeFrom("lsh bits", config.bits ?? Math.min(20, Math.max(1, Math.round(Math.log2(n / 16 + 1)))), 1, 20)
    const rows = checkedRows(data.rows, data.metric)
    const base = await BaseRows.of(rows, data.metric, data.ids, await localOrder(rows, { seed: options.seed }))
    const planes = hyperplanes(rows, tables * bits, data.metric !== "cosine", options.seed)
    layPlanes(base.table, tables, bits, planes)
    const buckets = await filled(base.table, tables, bits, options)
    return index(base, { tables, bits, planes, buckets, steps: learnSteps(base.table), config })
  },
  load(rows, bundle) {
    const parts = loadParts(rows, bundle)
    layPlanes(rows.table, parts.tables, parts.bits, parts.planes)
    return index(rows, parts)
  },
  efforts: () => [16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
}

interface Planes {
  /** Unit normals, shape `[tables * bits, d]`. */
  readonly normals: Float32Array
  readonly thresholds: Float32Array
}

interface Buckets {
  /** For each table, where each bucket begins, and the end: shape `[tables, 2^bits + 1]`. */
  readonly offsets: Uint32Array
  /** Slots by bucket, shape `[tables, n]`. */
  readonly members: Uint32Array
}

interface Parts {
  readonly tables: number
  readonly bits: number
  readonly planes: Planes
  readonly buckets: Buckets
  readonly steps: Steps
  readonly config: HashingConfig
}

/** Random unit normals, evenly spread; thresholds such that planes go through the mean of the rows, or the origin. */
export function hyperplanes(rows: Matrix, count: number, isCentred: boolean, seed: number): Planes {
  const { data, rows: n, cols: d } = rows
  const draw = random(seed)
  const mean = new Float64Array(d)
  if (isCentred) for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j]! += data[i * d + j]! / n
  const normals = new Float32Array(count * d)
  const thresholds = new Float32Array(count)
  for (let plane = 0; plane < count; plane++) {
    const normal = Float64Array.from({ length: d }, () => draw.normal())
    const length = Math.hypot(...normal)
    normals.set(
      normal.map((value) => value / length),
      plane * d,
    )
    thresholds[plane] = normal.reduce((sum, value, j) => sum + (value / length) * mean[j]!, 0)
  }
  return { normals, thresholds }
}

function layPlanes(table: VectorTable, tables: number, bits: number, { normals, thresholds }: Planes): void {
  const { arena } = table.job
  const { dimension } = table.shape
  const at = arena.add("planes", "f32", thresholds.length * table.width)
  const to = arena.view("planes", "f32")
  for (let i = 0; i < thresholds.length; i++) to.set(normals.subarray(i * dimension, (i + 1) * dimension), i * table.width)
  const sure = arena.add("sure", "i32", tables * (1 + 2 * bits))
  table.run.bindHashing(tables, bits, at, arena.put("thresholds", "f32", thresholds), sure)
}

/** Rows signed together between two turns of the event loop. */
const block = 2048

async function filled(table: VectorTable, tables: number, bits: number, { signal, onProgress }: FitOptions): Promise<Buckets> {
  const n = table.slots
  const size = 2 ** bits + 1
  const signatures = new Uint32Array(tables * n)
  const out = table.scratch.room("signatures", tables * block * 4)
  for (let begin = 0; begin < n; begin += block) {
    const count = Math.min(block, n - begin)
    table.run.signRows(begin, begin + count, out)
    const signed = new Uint32Array(table.job.arena.memory.buffer, out, tables * count)
    for (let t = 0; t < tables; t++) signatures.set(signed.subarray(t * count, (t + 1) * count), t * n + begin)
    await breathe(signal, "lsh")
    onProgress?.((begin + count) / n)
  }
  const offsets = new Uint32Array(tables * size)
  const members = new Uint32Array(tables * n)
  for (let t = 0; t < tables; t++) {
    const own = offsets.subarray(t * size, (t + 1) * size)
    const signed = signatures.subarray(t * n, (t + 1) * n)
    for (let slot = 0; slot < n; slot++) own[signed[slot]! + 1]!++
    for (let bucket = 1; bucket < size; bucket++) own[bucket]! += own[bucket - 1]!
    const next = own.slice()
    for (let slot = 0; slot < n; slot++) members[t * n + next[signed[slot]!]++] = slot
  }
  return { offsets, members }
}

function index(rows: BaseRows, parts: Parts): BaseIndex {
  const { table } = rows
  const { arena } = table.job
  const { tables, bits, planes, buckets, steps, config } = parts
  layCodes(table, steps)
  table.run.bindBuckets(arena.put("offsets", "u32", buckets.offsets), arena.put("members", "u32", buckets.members))
  table.run.bindVisited(arena.add("visited", "u8", table.slots), arena.add("fresh", "u32", 65))
  const rescored = config.rescored ?? 3
  return {
    family: hashing.name,
    rows,
    config,
    effort: 8 * tables,
    search(vector, { k, effort, allowed }) {
      const probes = Math.min(Math.ceil(effort), tables * 2 ** bits)
      const queue = table.scratch.room("probes", heapBytes(tables + probes))
      table.ask(vector, k, allowed, Math.ceil(k * rescored))
      table.run.scanHashing(probes, queue)
      table.run.rescore()
      return table.answer()
    },
    save(bundle) {
      bundle.json("lsh", { config, tables, bits })
      bundle.array("normals", planes.normals)
      bundle.array("thresholds", planes.thresholds)
      bundle.array("offsets", buckets.offsets)
      bundle.array("members", buckets.members)
      saveSteps(bundle.child("codes"), steps)
    },
  }
}

function loadParts(rows: BaseRows, bundle: BundleReader): Parts {
  const { config, tables, bits } = bundle.json("lsh") as { config: HashingConfig; tables: number; bits: number }
  const floats = (name: string) => Float32Array.from(bundle.array(name))
  const planes = { normals: floats("normals"), thresholds: floats("thresholds") }
  const buckets = { offsets: Uint32Array.from(bundle.array("offsets")), members: Uint32Array.from(bundle.array("members")) }
  const { slots } = rows.table
  if (planes.thresholds.length !== tables * bits || buckets.members.length !== tables * slots) {
    const came = `${planes.thresholds.length} planes, ${buckets.members.length} members`
    throw new Corrupt("lsh", `${tables} tables of ${bits} planes over ${slots} rows`, came, "Build the index again.")
  }
  return { tables, bits, planes, buckets, steps: loadSteps(bundle.child("codes"), rows.table), config }
}
