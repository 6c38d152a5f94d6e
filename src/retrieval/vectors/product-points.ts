import { type Matrix, type Random, random } from "../../core/index.ts"

/** Points a pair of numbers may become. */
export const POINTS = 16
/** Rows that points are learned from, and rounds of learning. */
const sampleRows = 4096
const rounds = 8

/**
 * 16 points for every pair of columns, by Lloyd's rounds over a sample; an odd last column is paired with zeros.
 *
 * Small enough (two numbers, 16 points) that the general k-means would spend its time on laying out memory.
 * @returns shape `[pairs, 16, 2]`
 */
export function learnPoints(rows: Matrix, seed: number): Float32Array {
  const pairs = Math.ceil(rows.cols / 2)
  const points = new Float32Array(pairs * POINTS * 2)
  const draw = random(seed)
  const sample = Uint32Array.from({ length: Math.min(rows.rows, sampleRows) }, (_, i) =>
    rows.rows <= sampleRows ? i : Math.floor((i * rows.rows) / sampleRows),
  )
  for (let pair = 0; pair < pairs; pair++) {
    const values = new Float32Array(sample.length * 2)
    sample.forEach((from, i) => {
      values[2 * i] = rows.data[from * rows.cols + 2 * pair]!
      if (2 * pair + 1 < rows.cols) values[2 * i + 1] = rows.data[from * rows.cols + 2 * pair + 1]!
    })
    points.set(pointsOf(values, draw.split(pair)), pair * POINTS * 2)
  }
  return points
}

function pointsOf(values: Float32Array, draw: Random): Float32Array {
  const points = new Float32Array(POINTS * 2)
  const n = values.length / 2
  if (n === 0) return points
  for (let p = 0; p < POINTS; p++) points.set(values.subarray(2 * draw.integer(n)).subarray(0, 2), 2 * p)
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(POINTS * 2)
    const counts = new Uint32Array(POINTS)
    for (let i = 0; i < n; i++) {
      const near = nearest(points, values[2 * i]!, values[2 * i + 1]!)
      counts[near]!++
      sums[2 * near]! += values[2 * i]!
      sums[2 * near + 1]! += values[2 * i + 1]!
    }
    for (let p = 0; p < POINTS; p++) {
      // A point that nobody is near moves to some row.
      if (counts[p] === 0) points.set(values.subarray(2 * draw.integer(n)).subarray(0, 2), 2 * p)
      else for (const side of [0, 1]) points[2 * p + side] = sums[2 * p + side]! / counts[p]!
    }
  }
  return points
}

function nearest(points: Float32Array, x: number, y: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let p = 0; p < POINTS; p++) {
    const dx = points[2 * p]! - x
    const dy = points[2 * p + 1]! - y
    if (dx * dx + dy * dy < least) {
      least = dx * dx + dy * dy
      best = p
    }
  }
  return best
}
