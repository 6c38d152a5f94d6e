import { type BundleReader, Corrupt, kMeans, type Matrix, type NearestCentre, nearestCentre } from "../../core/index.ts"
import type { BaseIndex, BuildOptions, VectorData, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { wholeFrom } from "./config.ts"
import { heapBytes } from "./heap.ts"
import { layCodes, learnSteps, loadSteps, type Steps, saveSteps } from "./int8-codes.ts"
import { ranges, sharedRows, type VectorPool } from "./pool.ts"

/** How {@link clusters} are built; every key has a default. */
export interface ClustersConfig {
  /** Lists; default twice the root of the rows. */
  readonly lists?: number
  /** Scan int8 codes and score the best again (the default), or the rows themselves. */
  readonly codes?: "int8" | "none"
  /** Rough candidates scored again, as a multiple of `k`; default 3. */
  readonly rescored?: number
}

/**
 * k-means lists: a query looks into the lists of the nearest centres. Effort: how many; all of them find everything.
 *
 * Under a filter it goes on past its effort until `k` are found.
 * @see Sivic & Zisserman 2003; Jégou et al. 2011, doi:10.1109/TPAMI.2010.57
 */
export const clusters: VectorFamily<ClustersConfig> = {
  name: "clusters",
  summary: "k-means lists, the nearest few scanned as int8 and scored again: quick to build, fast, small",
  async build(data, config, options) {
    const lists = wholeFrom("clusters lists", config.lists ?? Math.max(1, Math.round(2 * Math.sqrt(data.rows.rows))), 1, 2 ** 20)
    const rows = checkedRows(data.rows, data.metric)
    const { centres, offsets, order } = await grouped(rows, lists, options)
    const base = await BaseRows.of(rows, data.metric, data.ids, order)
    const steps = config.codes === "none" ? undefined : learnSteps(base.table)
    options.onProgress?.(1)
    return index(base, { centres, offsets, steps, config })
  },
  load: (rows, bundle) => index(rows, loadParts(rows, bundle)),
  efforts: ({ rows }) => [1, 2, 4, 8, 16, 32, 64, 128].filter((probes) => probes <= Math.max(1, Math.sqrt(rows.size))),
}

interface Parts {
  readonly centres: Matrix
  /** Where each list begins, and the end. */
  readonly offsets: Uint32Array
  readonly steps: Steps | undefined
  readonly config: ClustersConfig
}

/** Centres, and the rows in the order of their lists. */
async function grouped(rows: VectorData["rows"], lists: number, { seed, signal, onProgress, pool }: BuildOptions) {
  const empty = { centres: { data: new Float32Array(0), rows: 0, cols: rows.cols }, offsets: new Uint32Array(1), order: new Uint32Array(0) }
  if (rows.rows === 0) return empty
  const learning = (done: number) => onProgress?.(done * 0.5)
  const nearest = pool === undefined ? nearestCentre : sharedOut(pool)
  const options = { seed, onProgress: learning, nearest, ...(signal && { signal }) }
  const { centres } = await kMeans(rows, { k: Math.min(lists, rows.rows), iterations: 10, sampleRows: Math.max(4096, 40 * lists) }, options)
  const found = await (await nearest(rows))(centres, signal)
  onProgress?.(0.9)
  const offsets = new Uint32Array(centres.rows + 1)
  for (const list of found) offsets[list + 1]!++
  for (let list = 0; list < centres.rows; list++) offsets[list + 1]! += offsets[list]!
  const next = offsets.slice()
  const order = new Uint32Array(rows.rows)
  for (let i = 0; i < rows.rows; i++) order[next[found[i]!]!++] = i
  return { centres, offsets, order }
}

/** Looks up nearest centres on all threads of a pool, a range of rows each. */
function sharedOut(pool: VectorPool): NearestCentre {
  return async (rows) => {
    const shared = sharedRows(rows)
    return async (centres, signal) => {
      const parts = ranges(rows.rows, pool.size).map(async ([begin, end]) => {
        return { begin, found: await pool.run("nearest", { rows: shared, begin, end, centres }, signal ? { signal } : {}) }
      })
      const all = new Int32Array(rows.rows)
      for (const { begin, found } of await Promise.all(parts)) all.set(found, begin)
      return all
    }
  }
}

function index(rows: BaseRows, parts: Parts): BaseIndex {
  const { table } = rows
  const { arena } = table.job
  const { centres, offsets, steps, config } = parts
  const padded = Math.ceil(centres.rows / 4) * 4
  const at = {
    centres: arena.add("centres", "f32", padded * table.width),
    half: arena.add("half", "f32", padded),
    offsets: arena.add("offsets", "u32", padded + 1),
    ranking: arena.add("ranking", "u8", heapBytes(padded)),
  }
  arena.view("offsets", "u32").fill(table.slots).set(offsets)
  const half = arena.view("half", "f32").fill(Number.POSITIVE_INFINITY)
  for (let list = 0; list < centres.rows; list++) {
    const centre = centres.data.subarray(list * centres.cols, (list + 1) * centres.cols)
    arena.view("centres", "f32").set(centre, list * table.width)
    // The nearest centre by distance; for products, the centre with the largest one.
    half[list] = table.shape.metric === "inner-product" ? 0 : centre.reduce((sum, value) => sum + value * value, 0) / 2
  }
  if (steps !== undefined) layCodes(table, steps)
  table.run.bindClusters(padded, at.centres, at.half, at.offsets, at.ranking)
  const rescored = config.rescored ?? 3
  return {
    family: clusters.name,
    rows,
    config,
    effort: Math.max(1, Math.ceil(centres.rows / 50)),
    search(vector, { k, effort, allowed }) {
      table.ask(vector, k, allowed, steps === undefined ? 0 : Math.ceil(k * rescored))
      table.run.scanClusters(effort, k)
      if (steps !== undefined) table.run.rescore()
      return table.answer()
    },
    save(bundle) {
      bundle.json("clusters", { config, hasCodes: steps !== undefined })
      bundle.array("centres", centres.data)
      bundle.array("offsets", offsets)
      if (steps !== undefined) saveSteps(bundle.child("codes"), steps)
    },
  }
}

function loadParts(rows: BaseRows, bundle: BundleReader): Parts {
  const { config, hasCodes } = bundle.json("clusters") as { config: ClustersConfig; hasCodes: boolean }
  const [data, offsets] = [Float32Array.from(bundle.array("centres")), Uint32Array.from(bundle.array("offsets"))]
  const { dimension } = rows.table.shape
  const lists = offsets.length - 1
  const isRising = offsets.every((offset, list) => list === 0 || offset >= offsets[list - 1]!)
  if (data.length !== lists * dimension || !isRising || offsets[lists] !== rows.table.slots) {
    throw new Corrupt("clusters", `lists over ${rows.table.slots} rows`, `${lists} lists, ${data.length} numbers`, "Build the index again.")
  }
  const steps = hasCodes ? loadSteps(bundle.child("codes"), rows.table) : undefined
  return { centres: { data, rows: lists, cols: dimension }, offsets, steps, config }
}
