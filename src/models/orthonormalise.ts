/** Share of a column that must be its own; less is rounding. */
const OWN = 1e-8

/**
 * Makes the columns of a row-major matrix `[rows, cols]` orthonormal in place, twice over for accuracy; a column that depends on those before it
 * becomes 0.
 */
export function orthonormalise(matrix: Float64Array, rows: number, cols: number): void {
  const columns = Array.from({ length: cols }, (_, col) => Float64Array.from({ length: rows }, (_, row) => matrix[row * cols + col]!))
  for (let col = 0; col < cols; col++) {
    const own = columns[col]!
    const before = Math.sqrt(dot(own, own))
    for (let pass = 0; pass < 2; pass++) for (let earlier = 0; earlier < col; earlier++) subtract(own, columns[earlier]!)
    const length = Math.sqrt(dot(own, own))
    const scale = length > before * OWN ? 1 / length : 0
    for (let row = 0; row < rows; row++) {
      own[row] = own[row]! * scale
      matrix[row * cols + col] = own[row]!
    }
  }
}

function subtract(own: Float64Array, unit: Float64Array): void {
  const share = dot(own, unit)
  for (let row = 0; row < own.length; row++) own[row] = own[row]! - share * unit[row]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
