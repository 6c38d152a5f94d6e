import type { Workspace } from "./workspace.ts"

/** Fewest rows worth sharing out between threads. */
const SHARED_ROWS = 4096

/** Rows of a node: places `[from, from + count)` of the region `rows`. */
export interface Span {
  readonly from: number
  readonly count: number
}

/** Sums gradients of a span's rows into histograms. */
export interface HistogramMaker {
  /** Writes the histogram at `out`, its other threads' parts apart. @returns how many parts there are to add */
  fill(span: Span, out: number): number
}

/** `isWhole` says that the spans are of all rows, in their order until the first split. */
export function histogramMaker(space: Workspace): HistogramMaker {
  const { job, sizes, blocks, histogramBytes } = space
  const { arena, crew } = job
  const addresses = ["byRow", "rows", "pairs", "parts", "stages"].map((name) => arena.address(name))
  const [byRow, rows, pairs, parts, stages] = addresses as [number, number, number, number, number]
  const n = sizes.rows
  const places = blocks.map(({ from, to }) => ({ bins: byRow + n * from, width: to - from, at: from * (sizes.isExact ? 4096 : 2048) }))

  function fill({ from, count }: Span, out: number): number {
    const end = from + count
    if (sizes.isExact) {
      crew.run(
        "histogramExact",
        places.map(({ bins, width, at }) => [bins, width, rows, from, end, pairs, out + at]),
      )
      return 0
    }
    const shares = count >= SHARED_ROWS ? crew.threads : 1
    const spans = Array.from({ length: shares }, (_, share) => ({
      from: from + Math.floor((share * count) / shares),
      to: from + Math.floor(((share + 1) * count) / shares),
      out: share === 0 ? out : parts + (share - 1) * histogramBytes,
    }))
    const tasks = spans.flatMap((span) => places.map((place) => ({ ...span, ...place, into: span.out + place.at })))
    if (count === n) {
      crew.run(
        "histogramAll",
        tasks.map((task) => [task.bins, task.width, task.from, task.to, pairs, task.into]),
      )
    } else if (count * 4 > n) {
      crew.run(
        "histogramRows",
        tasks.map((task) => [task.bins, task.width, rows, task.from, task.to, pairs, task.into]),
      )
    } else {
      crew.run(
        "histogramStaged",
        tasks.map((task, i) => [task.bins, task.width, rows, task.from, task.to, pairs, task.into, stages + i * 2048]),
      )
    }
    return shares - 1
  }

  return { fill }
}
