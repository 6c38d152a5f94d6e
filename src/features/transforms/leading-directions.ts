import type { Random } from "../../core/index.ts"

/** Rounds of the subspace iteration; the directions of tables like these settle in a dozen. */
const ROUNDS = 24

/**
 * The leading right singular vectors of `diag(weights) A`, greatest first, by subspace iteration: fewer when the rank is lower.
 *
 * @param a - row-major, shape `[rows, cols]`
 * @returns unit vectors, shape `[k][cols]`; the sign of each is fixed by its largest entry, which is positive
 */
export function leadingDirections(
  a: Float64Array,
  rows: number,
  cols: number,
  weights: Float64Array,
  count: number,
  chance: Random,
): Float64Array[] {
  const k = Math.min(count, rows, cols)
  // A few more than asked for, so that the last one settles too.
  let basis: Float64Array[] = Array.from({ length: Math.min(cols, k + 4) }, () =>
    Float64Array.from({ length: cols }, () => chance.normal()),
  )
  orthonormalise(basis)
  for (let round = 0; round < ROUNDS; round++) {
    basis = basis.map((vector) => gramTimes(a, rows, cols, weights, vector))
    orthonormalise(basis)
  }
  const strengths = basis.map((vector) => norm(gramTimes(a, rows, cols, weights, vector)))
  const order = [...basis.keys()].sort((i, j) => strengths[j]! - strengths[i]!)
  const floor = 1e-10 * (strengths[order[0]!] ?? 0)
  return order
    .filter((i) => strengths[i]! > floor)
    .slice(0, k)
    .map((i) => signed(basis[i]!))
}

/** `A^T W^2 A v`. */
function gramTimes(a: Float64Array, rows: number, cols: number, weights: Float64Array, vector: Float64Array): Float64Array {
  const out = new Float64Array(cols)
  for (let row = 0; row < rows; row++) {
    const at = row * cols
    let sum = 0
    for (let i = 0; i < cols; i++) sum += a[at + i]! * vector[i]!
    const scale = sum * weights[row]! * weights[row]!
    if (scale !== 0) for (let i = 0; i < cols; i++) out[i]! += scale * a[at + i]!
  }
  return out
}

/** Gram-Schmidt, twice, in place; a vector that vanishes becomes zeros. */
function orthonormalise(vectors: Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors[j]!
        let dot = 0
        for (let c = 0; c < vector.length; c++) dot += vector[c]! * other[c]!
        for (let c = 0; c < vector.length; c++) vector[c]! -= dot * other[c]!
      }
    }
    const length = norm(vector)
    for (let c = 0; c < vector.length; c++) vector[c] = length > 1e-150 ? vector[c]! / length : 0
  })
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
}

function signed(vector: Float64Array): Float64Array {
  let most = 0
  for (const x of vector) if (Math.abs(x) > Math.abs(most)) most = x
  return most < 0 ? vector.map((x) => -x) : vector
}
