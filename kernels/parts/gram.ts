// Lower triangle of a symmetric f32 matrix plus or minus products of a panel with itself, four rows by eight columns at a time.

/**
 * a[i][j] += sum over k of p[k][i] * p[k][j], for j <= i and i in [from, n); subtracted when `minus`. Above the diagonal, numbers within a tile
 * are written too and mean nothing.
 *
 * @param n multiple of 8; rows of `a` and of `p` have n numbers; `from` is a multiple of 8
 */
export function addGram(a: usize, n: i32, from: i32, p: usize, depth: i32, minus: bool): void {
  const row = <usize>n << 2
  for (let i = from; i < n; i += 4) {
    for (let j = from; j < i + 4; j += 8) {
      const at = a + <usize>i * row + (<usize>j << 2)
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0
      let left = p + (<usize>i << 2)
      let right = p + (<usize>j << 2)
      for (let k = 0; k < depth; k++) {
        const x = v128.load(right), y = v128.load(right, 16)
        let s = v128.load32_splat(left)
        a0 = f32x4.add(a0, f32x4.mul(s, x)); a1 = f32x4.add(a1, f32x4.mul(s, y))
        s = v128.load32_splat(left, 4)
        b0 = f32x4.add(b0, f32x4.mul(s, x)); b1 = f32x4.add(b1, f32x4.mul(s, y))
        s = v128.load32_splat(left, 8)
        c0 = f32x4.add(c0, f32x4.mul(s, x)); c1 = f32x4.add(c1, f32x4.mul(s, y))
        s = v128.load32_splat(left, 12)
        d0 = f32x4.add(d0, f32x4.mul(s, x)); d1 = f32x4.add(d1, f32x4.mul(s, y))
        left += row
        right += row
      }
      accumulate(at, a0, a1, minus)
      accumulate(at + row, b0, b1, minus)
      accumulate(at + 2 * row, c0, c1, minus)
      accumulate(at + 3 * row, d0, d1, minus)
    }
  }
}

// @ts-ignore: decorator
@inline
function accumulate(at: usize, x: v128, y: v128, minus: bool): void {
  if (minus) {
    v128.store(at, f32x4.sub(v128.load(at), x))
    v128.store(at, f32x4.sub(v128.load(at, 16), y), 16)
  } else {
    v128.store(at, f32x4.add(v128.load(at), x))
    v128.store(at, f32x4.add(v128.load(at, 16), y), 16)
  }
}
