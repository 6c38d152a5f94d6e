import type { Random } from "../../core/index.ts"

/** Which rows a tree grows on: written to `rows` ascending, the others behind them. */
export interface RowSample {
  /** How many grow the tree. */
  readonly count: number
  /** What each row's gradients are multiplied by, shape `[n]`; 1 when absent. */
  readonly factors?: Float32Array
}

/** A share of the rows without replacement, each subset of that size as likely as any other. */
export function drawShare(rows: Uint32Array, n: number, share: number, draw: Random): RowSample {
  const count = Math.max(1, Math.round(share * n))
  let taken = 0
  for (let row = 0; row < n; row++) {
    if (draw.next() * (n - row) < count - taken) rows[taken++] = row
    else rows[count + row - taken] = row
  }
  return { count }
}

/** As many draws as rows, with replacement: a row counts as often as it is drawn. */
export function drawBootstrap(rows: Uint32Array, n: number, draw: Random): RowSample {
  const factors = new Float32Array(n)
  for (let i = 0; i < n; i++) factors[draw.integer(n)]!++
  return { count: divide(rows, n, (row) => factors[row]! > 0), factors }
}

/** Rows with large gradients, and a draw from the others that stands for them all. `sizes` gives a row's size of gradient. */
export function drawGoss(
  rows: Uint32Array,
  n: number,
  top: number,
  other: number,
  sizes: (row: number) => number,
  draw: Random,
): RowSample {
  // The leading 16 bits of an f32 order its size well enough: a count of each finds the threshold without sorting.
  const counts = new Uint32Array(65536)
  const float = new Float32Array(1)
  const bits = new Uint32Array(float.buffer)
  const bucketOf = (row: number) => {
    float[0] = sizes(row)
    return bits[0]! >>> 16
  }
  for (let row = 0; row < n; row++) counts[bucketOf(row)]!++
  let threshold = 65535
  for (let large = counts[threshold]!; threshold > 0 && large <= top * n; ) large += counts[--threshold]!
  const factors = new Float32Array(n).fill(1)
  let large = 0
  for (let bucket = threshold + 1; bucket < 65536; bucket++) large += counts[bucket]!
  const chance = Math.min(1, (other * n) / Math.max(1, n - large))
  const count = divide(rows, n, (row) => {
    if (bucketOf(row) > threshold) return true
    factors[row] = 1 / chance
    return draw.next() < chance
  })
  return { count: Math.max(1, count), factors }
}

/** Rows that are taken first, then the others; both ascending. */
function divide(rows: Uint32Array, n: number, takes: (row: number) => boolean): number {
  const others: number[] = []
  let taken = 0
  for (let row = 0; row < n; row++) {
    if (takes(row)) rows[taken++] = row
    else others.push(row)
  }
  rows.set(others, taken)
  return taken
}
