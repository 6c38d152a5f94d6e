// Least squares of matrix factorization: the row of one person (or item) against the fixed factors of the other side, exactly, by Cholesky.
// Driver: src/models/factorization. Rows are independent: several threads may solve rows of one job, see factors-shared.ts.
import { addGram } from "./parts/gram"

/** Rows of the other side gathered at a time: 32 rows of 128 numbers stay in the first cache. */
const GATHER: i32 = 32
/** Columns of the triangle factored at a time. */
const BLOCK: i32 = 8

/** Numbers of scratch that `solveRows` needs for each thread: the matrix, a gathered panel, and the right-hand side. */
export function scratchLength(n: i32): i32 {
  return n * n + GATHER * n + n
}

/** gram[n][n] = y^T y over rows [from, to) of y, each of n numbers (a multiple of 8); its lower triangle is added to what is there. */
export function gram(y: usize, n: i32, from: i32, to: i32, gram: usize): void {
  addGram(gram, n, 0, y + ((<usize>from * n) << 2), to - from, false)
  const row = <usize>n << 2
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) store<f32>(gram + <usize>j * row + (<usize>i << 2), load<f32>(gram + <usize>i * row + (<usize>j << 2)))
}

/**
 * Solves rows [from, to): (share * gram + sum of w v v^T + ridge[row] I) x = sum of c v over the entries of the row, v the other side's
 * factors of an entry.
 *
 * @param entry weight w and right-hand factor c of each entry, two f32 an entry; 0 means `weight` and `pull` for all of them
 */
export function solveRows(
  from: i32, to: i32, offsets: usize, indices: usize, entry: usize, weight: f32, pull: f32,
  y: usize, n: i32, gram: usize, share: f32, ridge: usize, out: usize, scratch: usize,
): void {
  const row = <usize>n << 2
  const a = scratch
  const panel = a + <usize>n * row
  const b = panel + <usize>GATHER * row
  for (let r = from; r < to; r++) {
    scaled(a, gram, n, share)
    memory.fill(b, 0, row)
    const ridgeOf = load<f32>(ridge + (<usize>r << 2))
    for (let i = 0; i < n; i++) {
      const at = a + <usize>i * (row + 4)
      store<f32>(at, load<f32>(at) + ridgeOf)
    }
    let at = load<u32>(offsets + (<usize>r << 2))
    const end = load<u32>(offsets + (<usize>r << 2), 4)
    while (at < end) {
      let depth = 0
      for (; depth < GATHER && at < end; depth++, at++) {
        const source = y + <usize>load<u32>(indices + (<usize>at << 2)) * row
        const w = entry == 0 ? weight : load<f32>(entry + (<usize>at << 3))
        const c = entry == 0 ? pull : load<f32>(entry + (<usize>at << 3), 4)
        gather(panel + <usize>depth * row, b, source, row, f32.sqrt(w), c)
      }
      addGram(a, n, 0, panel, depth, false)
    }
    factor(a, n, panel)
    solve(a, n, b)
    memory.copy(out + <usize>r * row, b, row)
  }
}

/**
 * As `solveRows`, by `steps` of conjugate gradients from what `out` holds: `steps * (2 entries n + n^2)` multiplications a row instead of
 * `entries n^2 / 2 + n^3 / 6`.
 */
export function stepRows(
  from: i32, to: i32, offsets: usize, indices: usize, entry: usize, weight: f32, pull: f32,
  y: usize, n: i32, gram: usize, share: f32, ridge: usize, out: usize, scratch: usize, steps: i32,
): void {
  const row = <usize>n << 2
  const r = scratch, p = r + row, ap = p + row
  for (let i = from; i < to; i++) {
    const x = out + <usize>i * row
    const begin = load<u32>(offsets + (<usize>i << 2)), end = load<u32>(offsets + (<usize>i << 2), 4)
    const ridgeOf = load<f32>(ridge + (<usize>i << 2))
    product(ap, x, n, gram, share, ridgeOf)
    memory.fill(r, 0, row)
    subtract(r, ap, 1, 0, n)
    for (let at = begin; at < end; at++) {
      const v = y + <usize>load<u32>(indices + (<usize>at << 2)) * row
      const w = entry == 0 ? weight : load<f32>(entry + (<usize>at << 3))
      const c = entry == 0 ? pull : load<f32>(entry + (<usize>at << 3), 4)
      subtract(r, v, w * dot(v, x, n) - c, 0, n)
    }
    memory.copy(p, r, row)
    let old = dot(r, r, n)
    for (let step = 0; step < steps && old > 1e-20; step++) {
      product(ap, p, n, gram, share, ridgeOf)
      for (let at = begin; at < end; at++) {
        const v = y + <usize>load<u32>(indices + (<usize>at << 2)) * row
        const w = entry == 0 ? weight : load<f32>(entry + (<usize>at << 3))
        subtract(ap, v, -w * dot(v, p, n), 0, n)
      }
      const length = old / dot(p, ap, n)
      subtract(x, p, -length, 0, n)
      subtract(r, ap, length, 0, n)
      const now = dot(r, r, n)
      scale(p, now / old, 0, n)
      subtract(p, r, -1, 0, n)
      old = now
    }
  }
}

/** to = (share * gram + ridge I) x. */
function product(to: usize, x: usize, n: i32, gram: usize, share: f32, ridge: f32): void {
  const row = <usize>n << 2
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2
    store<f32>(to + at, share * dot(gram + <usize>i * row, x, n) + ridge * load<f32>(x + at))
  }
}

/** out[i] = y[i] . x for rows [from, to). */
export function products(y: usize, n: i32, from: i32, to: i32, x: usize, out: usize): void {
  for (let i = from; i < to; i++) store<f32>(out + (<usize>i << 2), dot(y + ((<usize>i * n) << 2), x, n))
}

function scaled(to: usize, from: usize, n: i32, by: f32): void {
  const s = f32x4.splat(by)
  const bytes = (<usize>n * n) << 2
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, f32x4.mul(s, v128.load(from + at)))
}

/** One row of the panel, scaled by the root of its weight, and its share of the right-hand side. */
function gather(to: usize, b: usize, from: usize, bytes: usize, root: f32, pull: f32): void {
  const s = f32x4.splat(root)
  const c = f32x4.splat(pull)
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(from + at)
    v128.store(to + at, f32x4.mul(s, v))
    v128.store(b + at, f32x4.add(v128.load(b + at), f32x4.mul(c, v)))
  }
}

/** Cholesky factor in the lower triangle of a, eight columns at a time: the block, the columns below it, then the rest less their products. */
function factor(a: usize, n: i32, panel: usize): void {
  const row = <usize>n << 2
  for (let j = 0; j < n; j += BLOCK) {
    for (let c = j; c < j + BLOCK; c++) {
      const line = a + <usize>c * row
      for (let d = j; d <= c; d++) {
        const other = a + <usize>d * row
        let sum = load<f32>(line + (<usize>d << 2))
        for (let k = j; k < d; k++) sum -= load<f32>(line + (<usize>k << 2)) * load<f32>(other + (<usize>k << 2))
        store<f32>(line + (<usize>d << 2), d == c ? f32.sqrt(sum) : sum / load<f32>(other + (<usize>d << 2)))
      }
    }
    const below = j + BLOCK
    if (below >= n) break
    // The columns below, one a row of the panel, so that the loads go along.
    for (let i = below; i < n; i++) {
      const line = a + <usize>i * row + (<usize>j << 2)
      for (let c = 0; c < BLOCK; c++) store<f32>(panel + <usize>c * row + (<usize>i << 2), load<f32>(line + (<usize>c << 2)))
    }
    for (let c = 0; c < BLOCK; c++) {
      const own = panel + <usize>c * row
      const line = a + <usize>(j + c) * row + (<usize>j << 2)
      for (let d = 0; d < c; d++) subtract(own, panel + <usize>d * row, load<f32>(line + (<usize>d << 2)), below, n)
      scale(own, 1 / load<f32>(line + (<usize>c << 2)), below, n)
    }
    addGram(a, n, below, panel, BLOCK, true)
    for (let i = below; i < n; i++) {
      const line = a + <usize>i * row + (<usize>j << 2)
      for (let c = 0; c < BLOCK; c++) store<f32>(line + (<usize>c << 2), load<f32>(panel + <usize>c * row + (<usize>i << 2)))
    }
  }
}

/** b = L^-T L^-1 b. */
function solve(l: usize, n: i32, b: usize): void {
  const row = <usize>n << 2
  for (let i = 0; i < n; i++) {
    const line = l + <usize>i * row
    const at = b + (<usize>i << 2)
    let sum = load<f32>(at)
    const whole = i & ~3
    if (whole > 0) sum -= dot(line, b, whole)
    for (let k = whole; k < i; k++) sum -= load<f32>(line + (<usize>k << 2)) * load<f32>(b + (<usize>k << 2))
    store<f32>(at, sum / load<f32>(line + (<usize>i << 2)))
  }
  for (let i = n - 1; i >= 0; i--) {
    const line = l + <usize>i * row
    const at = b + (<usize>i << 2)
    const x = load<f32>(at) / load<f32>(line + (<usize>i << 2))
    store<f32>(at, x)
    subtract(b, line, x, 0, i)
  }
}

/** x -= by * y over places [from, to); from is a multiple of 4. */
function subtract(x: usize, y: usize, by: f32, from: i32, to: i32): void {
  const s = f32x4.splat(by)
  let k = from
  for (; k + 4 <= to; k += 4) {
    const at = <usize>k << 2
    v128.store(x + at, f32x4.sub(v128.load(x + at), f32x4.mul(s, v128.load(y + at))))
  }
  for (; k < to; k++) {
    const at = <usize>k << 2
    store<f32>(x + at, load<f32>(x + at) - by * load<f32>(y + at))
  }
}

function scale(x: usize, by: f32, from: i32, to: i32): void {
  const s = f32x4.splat(by)
  for (let k = from; k < to; k += 4) {
    const at = x + (<usize>k << 2)
    v128.store(at, f32x4.mul(s, v128.load(at)))
  }
}

/** n is a multiple of 4. */
function dot(x: usize, y: usize, n: i32): f32 {
  let s0 = f32x4.splat(0), s1 = s0
  let k = 0
  for (; k + 8 <= n; k += 8) {
    const at = <usize>k << 2
    s0 = f32x4.add(s0, f32x4.mul(v128.load(x + at), v128.load(y + at)))
    s1 = f32x4.add(s1, f32x4.mul(v128.load(x + at, 16), v128.load(y + at, 16)))
  }
  if (k < n) s0 = f32x4.add(s0, f32x4.mul(v128.load(x + (<usize>k << 2)), v128.load(y + (<usize>k << 2))))
  s0 = f32x4.add(s0, s1)
  return f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1) + (f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3))
}
