import { type Matrix, matrix, random } from "../../core/index.ts"

/** The shape of {@link clusteredVectors}. */
export interface ClusteredVectorsConfig {
  readonly rows: number
  readonly queries: number
  readonly dimension: number
  readonly seed: number
}

/** Numbers that vectors really vary in, as embeddings do: far fewer than they have. */
const latent = 24

/**
 * Vectors that lie as embeddings do: a point near one of `2 sqrt(rows)` centres in 24 latent dimensions (deviation 0.8 about centres of
 * deviation 1, so that clusters overlap), mapped linearly into `dimension`, with a little noise (0.05) in every direction. Queries are fresh
 * draws of the same kind. Same seed, same bytes.
 *
 * @returns rows, shape `[rows, dimension]`, and queries, shape `[queries, dimension]`
 */
export function clusteredVectors({ rows, queries, dimension, seed }: ClusteredVectorsConfig): {
  readonly rows: Matrix
  readonly queries: Matrix
} {
  const draw = random(seed)
  const centres = Float32Array.from({ length: Math.max(8, Math.round(Math.sqrt(rows) * 2)) * latent }, () => draw.normal())
  const map = Float32Array.from({ length: latent * dimension }, () => draw.normal() / Math.sqrt(latent))
  const fill = (out: Matrix) => {
    const point = new Float32Array(latent)
    for (let i = 0; i < out.rows; i++) {
      const centre = draw.integer(centres.length / latent) * latent
      for (let j = 0; j < latent; j++) point[j] = centres[centre + j]! + 0.8 * draw.normal()
      const to = out.data.subarray(i * dimension, (i + 1) * dimension)
      for (let c = 0; c < dimension; c++) to[c] = 0.05 * draw.normal()
      for (let j = 0; j < latent; j++) for (let c = 0; c < dimension; c++) to[c]! += point[j]! * map[j * dimension + c]!
    }
    return out
  }
  return { rows: fill(matrix(rows, dimension)), queries: fill(matrix(queries, dimension)) }
}
