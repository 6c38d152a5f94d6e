import { InvalidArgument, type Matrix, openCrew, openSharedKernel } from "../../core/index.ts"
import { CHUNK } from "./chunks.ts"
import { chooseCuts, layOutCuts } from "./cuts.ts"
import type { TreesJob, TreesKernel } from "./kernel.ts"
import { BATCH, columnBlocks, histogramBytes, poolSlots, type Sizes, strideOf, trainingBytes } from "./layout.ts"
import { RULES, SPLIT } from "./split-rules.ts"

/** A training job laid out in memory: binned rows, and room for everything that growing needs. */
export interface Workspace extends AsyncDisposable {
  readonly job: TreesJob
  readonly sizes: Sizes
  readonly stride: number
  readonly validationStride: number
  readonly blocks: ReturnType<typeof columnBlocks>
  readonly histogramBytes: number
  /** Addresses of the histograms that are kept. */
  readonly pool: readonly number[]
  /** Upper ends of the bins of each column, or its kept categories; shape `[d, 256]`. */
  readonly cuts: Float32Array
}

/** What {@link openWorkspace} lays out and bins. */
export interface WorkspaceData {
  readonly rows: Matrix
  readonly weights: Float32Array | undefined
  readonly validation: Matrix | undefined
  readonly columns: readonly string[]
  /** 1 where a column holds categories. */
  readonly kinds: Uint8Array
  /** Monotone direction of each column. */
  readonly directions: Int8Array
  readonly bins: number
  readonly seed: number
  readonly memoryCapBytes: number
}

/**
 * Lays out a job's memory, chooses cuts, bins the rows, and gathers the threads.
 * @throws {@link TooLarge} before anything is allocated, with the bytes it would take; {@link InvalidArgument} on an infinite value
 */
export async function openWorkspace(data: WorkspaceData, sizes: Sizes): Promise<Workspace> {
  const { rows, cols, outputs, validationRows, threads, isWeighted } = sizes
  const shared = await openSharedKernel<TreesKernel>("trees", data.memoryCapBytes)
  shared.arena.reserve(trainingBytes(sizes))
  const { arena } = shared
  const stride = strideOf(rows)
  const validationStride = strideOf(validationRows)
  const blocks = columnBlocks(cols)
  const bytes = histogramBytes(sizes)
  const job: TreesJob = { ...shared, crew: openCrew(shared, threads) }
  layOutCuts(job, cols, Math.min(rows, sizes.binSample))
  arena.put("kinds", "u8", data.kinds)
  arena.put("directions", "u8", Uint8Array.from(data.directions))
  arena.put("active", "u8", new Uint8Array(cols).fill(1))
  arena.add("batch", "f32", BATCH * cols)
  arena.add("batchBins", "u8", BATCH * cols)
  arena.add("infinite", "u32", threads * blocks.length)
  arena.add("byRow", "u8", rows * cols + 16)
  arena.add("byColumn", "u8", rows * cols)
  arena.add("labels", "f32", stride)
  if (isWeighted) arena.add("weights", "f32", stride)
  for (const name of ["scores", "gradients", "hessians"]) arena.add(name, "f32", outputs * stride)
  arena.add("pairs", "f64", stride)
  arena.add("rows", "u32", stride)
  arena.add("spare", "u32", stride)
  arena.add("sums", "f64", 2 * Math.ceil(rows / CHUNK))
  const slots = poolSlots(sizes)
  const first = arena.add("histograms", "f64", (slots * bytes) / 8)
  arena.add("parts", "f64", (Math.max(0, threads - 1) * bytes) / 8)
  arena.add("stages", "u8", threads * blocks.length * 2048)
  arena.add("scratch", "u8", threads * 4096)
  arena.add("rules", "f64", RULES)
  arena.add("splits", "f64", 2 * threads * SPLIT)
  arena.add("goesLeft", "u8", 256)
  arena.add("leftCounts", "u32", threads)
  if (validationRows > 0) {
    arena.add("validationBins", "u8", validationRows * cols)
    arena.add("validationRows", "u32", validationStride)
    arena.add("validationSpare", "u32", validationStride)
    arena.add("validationScores", "f32", outputs * validationStride)
  }
  chooseCuts(job, data.rows, data.weights, data.columns, {
    bins: data.bins,
    sample: sizes.binSample,
    kinds: data.kinds,
    seed: data.seed,
  })
  bin(job, data.rows, blocks, arena.address("byRow"), arena.address("byColumn"), data.columns)
  if (data.validation !== undefined) bin(job, data.validation, blocks, 0, arena.address("validationBins"), data.columns)
  return {
    job,
    sizes,
    stride,
    validationStride,
    blocks,
    histogramBytes: bytes,
    pool: Array.from({ length: slots }, (_, slot) => first + slot * bytes),
    cuts: arena.view("cuts", "f32"),
    [Symbol.asyncDispose]: () => job.crew.close(),
  }
}

/** Bins rows a batch at a time: by column always, by row into blocks unless `byRow` is 0. */
function bin(
  job: TreesJob,
  rows: Matrix,
  blocks: ReturnType<typeof columnBlocks>,
  byRow: number,
  byColumn: number,
  columns: readonly string[],
): void {
  const { arena, crew } = job
  const names = ["batch", "batchBins", "cuts", "kinds", "infinite"]
  const [batch, spare, cuts, kinds, infiniteAt] = names.map((name) => arena.address(name)) as [number, number, number, number, number]
  const view = arena.view("batch", "f32")
  const n = rows.rows
  const cols = rows.cols
  const counts = arena.view("infinite", "u32").fill(0)
  for (let start = 0; start < n; start += BATCH) {
    const end = Math.min(n, start + BATCH)
    view.set(rows.data.subarray(start * cols, end * cols))
    const share = Math.ceil((end - start) / crew.threads)
    crew.run(
      "binRows",
      Array.from({ length: crew.threads }, (_, thread) => {
        const from = Math.min(end, start + thread * share)
        const count = Math.min(end, from + share) - from
        return blocks.map(({ from: f0, to: f1 }, block) => {
          const width = f1 - f0
          const to = byRow === 0 ? spare + (from - start) * width + f0 * BATCH : byRow + n * f0 + from * width
          const at = infiniteAt + (thread * blocks.length + block) * 4
          return [batch + (from - start) * cols * 4, cols, count, f0, f1, cuts, kinds, to, width, byColumn + from, n, at]
        })
      }).flat(),
    )
  }
  if (counts.every((count) => count === 0)) return
  const at = rows.data.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY)
  const where = `${rows.data[at]} in row ${Math.floor(at / rows.cols)}, column ${columns[at % rows.cols]}`
  throw new InvalidArgument("gradientBoosting", "finite values, or NaN for missing", where, "Bound the column or leave the value out.")
}
