import { cutBytes } from "./cuts.ts"

/** Bytes a row of training data takes in a block of bins stays within whole vectors. */
const BLOCK_COLUMNS = 64
/** Rows binned at a time. */
export const BATCH = 4096
/** Open leaves may hold this much in histograms; past it, the least promising gives its histogram up and is summed again when it is split. */
const POOL_BYTES = 512e6

/** The sizes that memory depends on. */
export interface Sizes {
  readonly rows: number
  readonly cols: number
  readonly outputs: number
  readonly validationRows: number
  readonly validationOutputs?: number
  /** Histograms that a tree keeps at once if memory allows. */
  readonly openLeaves: number
  readonly isExact: boolean
  readonly threads: number
  readonly binSample: number
  readonly isWeighted: boolean
  /** Documents of the longest query; 0 without queries. */
  readonly longestQuery: number
  readonly queries: number
}

/** Columns in blocks of at most 64, as even as they come: bins lie row-major within a block, so that a block's histograms stay in the cache. */
export function columnBlocks(cols: number): readonly { readonly from: number; readonly to: number }[] {
  const count = Math.ceil(cols / BLOCK_COLUMNS)
  return Array.from({ length: count }, (_, i) => ({ from: Math.floor((i * cols) / count), to: Math.floor(((i + 1) * cols) / count) }))
}

/** Numbers from one output's scores to the next. */
export function strideOf(rows: number): number {
  return Math.ceil(rows / 16) * 16
}

export function histogramBytes(sizes: Pick<Sizes, "cols" | "isExact">): number {
  return sizes.cols * 256 * (sizes.isExact ? 16 : 8)
}

/** Histograms that are kept at once. */
export function poolSlots(sizes: Pick<Sizes, "cols" | "isExact" | "openLeaves">): number {
  return Math.max(4, Math.min(sizes.openLeaves, Math.floor(POOL_BYTES / histogramBytes(sizes))))
}

/**
 * Memory that training takes beside the rows it is given, in bytes: an upper bound, printed by callers before they start.
 *
 * Two bytes a cell of bins, 32 bytes a row and 12 more for each output, the histograms of the open leaves, and the sample the cuts come from.
 */
export function trainingBytes(sizes: Sizes): number {
  const { rows, cols, outputs, validationRows, threads, binSample, isWeighted, longestQuery, queries } = sizes
  const stride = strideOf(rows)
  const cells = 2 * rows * cols + BATCH * cols * 5
  const perRow = stride * (8 + 4 + 4 + 4 + (isWeighted ? 4 : 0) + 12 * outputs)
  const validation = validationRows * cols + strideOf(validationRows) * (8 + 4 * outputs)
  const histograms = histogramBytes(sizes) * (poolSlots(sizes) + threads - 1)
  const ranking = longestQuery > 0 ? stride * 8 + queries * 8 + (threads * 16 + 1) * 4 * (longestQuery + 16) : 0
  const small = threads * (8192 + 2048 * columnBlocks(cols).length) + (stride / 65536 + 1) * 16 + cols * 4 + 64 * 64
  return Math.ceil(cells + perRow + validation + histograms + ranking + cutBytes(cols, Math.min(rows, binSample)) + small)
}
