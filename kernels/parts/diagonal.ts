// One diagonal block of a symmetric positive definite matrix, at most 128 wide: factored and inverted in f64 whatever the matrix holds,
// because every later number is a product with it and it costs a hundredth of the work.

/**
 * Factors the lower triangle of a block of `a` into the f64 scratch `l` (b x b): block = L L^T.
 * @returns -1, or the row in the block whose pivot is not above `tolerance` times its entry of `scale`: the matrix is singular to its precision
 */
export function factorBlock<T>(a: usize, ld: i32, b: i32, scale: usize, tolerance: f64, l: usize): i32 {
  for (let i = 0; i < b; i++) {
    const row = l + ((<usize>i * b) << 3)
    for (let j = 0; j <= i; j++) {
      const other = l + ((<usize>j * b) << 3)
      const value = <f64>load<T>(a + (<usize>i * ld + j) * sizeof<T>()) - dot(row, other, j)
      if (j < i) {
        store<f64>(row + (<usize>j << 3), value / load<f64>(other + (<usize>j << 3)))
      } else {
        // Written so that NaN fails too.
        if (!(value > tolerance * <f64>load<T>(scale + <usize>i * sizeof<T>()))) return i
        store<f64>(row + (<usize>i << 3), Math.sqrt(value))
      }
    }
    for (let j = i + 1; j < b; j++) store<f64>(row + (<usize>j << 3), 0)
  }
  return -1
}

/** out = L^-1 for a lower triangular L, both b x b f64. */
export function invertTriangle(l: usize, b: i32, out: usize): void {
  memory.fill(out, 0, (<usize>b * b) << 3)
  for (let i = 0; i < b; i++) {
    const row = out + ((<usize>i * b) << 3)
    const scale = 1 / load<f64>(l + ((<usize>i * b + i) << 3))
    for (let k = 0; k < i; k++) axpy(-scale * load<f64>(l + ((<usize>i * b + k) << 3)), out + ((<usize>k * b) << 3), row, k + 1)
    store<f64>(row + (<usize>i << 3), scale)
  }
}

/** out = M^T M for a lower triangular M, both b x b f64: with M = L^-1 the inverse of L L^T. Both triangles are written. */
export function gramOfTriangle(m: usize, b: i32, out: usize): void {
  memory.fill(out, 0, (<usize>b * b) << 3)
  for (let k = 0; k < b; k++) {
    const row = m + ((<usize>k * b) << 3)
    for (let i = 0; i <= k; i++) axpy(load<f64>(row + (<usize>i << 3)), row, out + ((<usize>i * b) << 3), i + 1)
  }
  for (let i = 0; i < b; i++) {
    for (let j = 0; j < i; j++) store<f64>(out + ((<usize>j * b + i) << 3), load<f64>(out + ((<usize>i * b + j) << 3)))
  }
}

/** Packs the b x b f64 matrix `m` as rows of a left operand of depth b, in the precision of the matrix. */
export function packBlock<T>(m: usize, b: i32, panels: usize): void {
  const width = 32 / <i32>sizeof<T>()
  for (let p = 0; p < b; p += width) {
    for (let k = 0; k < b; k++) {
      for (let x = 0; x < width; x++) {
        const value = p + x < b ? load<f64>(m + ((<usize>(p + x) * b + k) << 3)) : 0
        store<T>(panels + ((<usize>(p / width) * b + k) << 5) + <usize>x * sizeof<T>(), <T>value)
      }
    }
  }
}

function dot(x: usize, y: usize, n: i32): f64 {
  let sum = f64x2.splat(0)
  let i = 0
  for (; i + 2 <= n; i += 2) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(x), v128.load(y)))
    x += 16; y += 16
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  if (i < n) total += load<f64>(x) * load<f64>(y)
  return total
}

function axpy(scale: f64, x: usize, y: usize, n: i32): void {
  const s = f64x2.splat(scale)
  let i = 0
  for (; i + 2 <= n; i += 2) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(s, v128.load(x))))
    x += 16; y += 16
  }
  if (i < n) store<f64>(y, load<f64>(y) + scale * load<f64>(x))
}
