/**
 * Solves `A x = b` in place for a symmetric positive definite `A` of shape `[n, n]`, row-major, upper triangle given: `A` is overwritten by its
 * factor and `b` by `x`. Returns false when `A` is not positive definite to its precision. For small `n`; the big ones are a kernel of `core`.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array): boolean {
  const n = b.length
  // A = U^T U, row by row.
  for (let i = 0; i < n; i++) {
    const diagonal = a[i * n + i]!
    let pivot = diagonal
    for (let k = 0; k < i; k++) pivot -= a[k * n + i]! ** 2
    if (!(pivot > n * 4.4e-16 * diagonal)) return false
    const root = Math.sqrt(pivot)
    a[i * n + i] = root
    for (let j = i + 1; j < n; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < i; k++) sum -= a[k * n + i]! * a[k * n + j]!
      a[i * n + j] = sum / root
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= a[k * n + i]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < n; k++) sum -= a[i * n + k]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  return true
}
