import type { SparseMatrix } from "../../core/index.ts"

/**
 * A binary matrix `[users, items]` in which a person with `n` items counts as `n^-damping` of a person, so that the few with endless
 * histories do not decide what goes together. In all the matrix weighs what it did: ridges mean the same with and without.
 *
 * The value of an entry is the square root of its row's weight, as products of two of them are what models sum.
 * @param damping - 0 or more; 0 gives the matrix itself
 */
export function damped(matrix: SparseMatrix, damping: number): SparseMatrix {
  if (damping === 0 || matrix.indices.length === 0) return matrix
  const { rows, offsets } = matrix
  const weights = new Float64Array(rows)
  let total = 0
  for (let row = 0; row < rows; row++) {
    const count = offsets[row + 1]! - offsets[row]!
    if (count === 0) continue
    weights[row] = count ** -damping
    total += count * weights[row]!
  }
  const scale = matrix.indices.length / total
  const values = new Float32Array(matrix.indices.length)
  for (let row = 0; row < rows; row++) values.fill(Math.sqrt(weights[row]! * scale), offsets[row], offsets[row + 1])
  return { ...matrix, values }
}
