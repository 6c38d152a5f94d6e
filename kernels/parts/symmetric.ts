// Block steps over the lower triangle of a symmetric positive definite matrix: `begin`, `update` for each band of rows, `finish`.
//
// Factoring (Cholesky): U = A[below, K], V = U L_KK^-T, then A[below, below] -= V V^T.
// Inverting (sweep operator): U = A[others, K], V = U D^-1 with D = A[K, K], then A[others, others] -= U V^T, A[others, K] = V, A[K, K] = -D^-1.
// After all blocks the sweep leaves -A^-1 in place: n^3 operations as Cholesky, triangle inverse and product together, but in equal steps
// and without a second matrix. @see Goodnight 1979, doi:10.1080/00031305.1979.10482685

import { factorBlock, gramOfTriangle, invertTriangle, packBlock } from "./diagonal"
import { multiplyPanels, packRows, panelAt, panelRows, STORE, SUBTRACT, tile } from "./tile"

/** Numbers of f64 the caller gives as `block`: three b x b blocks of f64, the third for a packed copy. */
// @ts-ignore: decorator
@inline function second(block: usize, b: i32): usize { return block + ((<usize>b * b) << 3) }
// @ts-ignore: decorator
@inline function third(block: usize, b: i32): usize { return block + ((<usize>b * b) << 4) }

/** Packs A[i, K] for every row i outside K: below from rows, above from the transposed place; zero inside K, so that the update leaves K alone. */
function packCross<T>(a: usize, n: i32, ld: i32, k0: i32, b: i32, u: usize): void {
  const width = panelRows<T>()
  for (let i = 0; i < k0; i += width) {
    let to = panelAt<T>(u, i, b)
    let at = a + (<usize>k0 * ld + i) * sizeof<T>()
    for (let k = 0; k < b; k++) {
      v128.store(to, v128.load(at)); v128.store(to, v128.load(at, 16), 16)
      to += 32; at += <usize>ld * sizeof<T>()
    }
  }
  const first = panelAt<T>(u, k0, b)
  packRows<T>(a + <usize>k0 * sizeof<T>(), ld, k0, n, b, u)
  memory.fill(first, 0, (<usize>((b + width - 1) / width) * b) << 5)
}

/** V = U M^T for panels from row i0 on; the rows written past b in one panel fall into the next one, which is written after it. */
function spread<T>(m: usize, u: usize, v: usize, i0: i32, n: i32, b: i32): void {
  const width = panelRows<T>()
  for (let i = i0; i < n; i += width) {
    const right = panelAt<T>(u, i, b)
    const to = panelAt<T>(v, i, b)
    for (let r = 0; r < b; r += 4) tile<T>(panelAt<T>(m, r, b), right, b, to + (<usize>r << 5), 32, STORE)
  }
}

/** Begins the sweep of block [k0, k0 + b). @returns -1, or the row whose pivot is too small */
export function beginSweep<T>(a: usize, n: i32, ld: i32, k0: i32, b: i32, scale: usize, tolerance: f64, u: usize, v: usize, block: usize): i32 {
  const corner = a + (<usize>k0 * ld + k0) * sizeof<T>()
  const failed = factorBlock<T>(corner, ld, b, scale + <usize>k0 * sizeof<T>(), tolerance, block)
  if (failed >= 0) return k0 + failed
  invertTriangle(block, b, second(block, b))
  gramOfTriangle(second(block, b), b, block)
  packBlock<T>(block, b, third(block, b))
  packCross<T>(a, n, ld, k0, b, u)
  spread<T>(third(block, b), u, v, 0, n, b)
  return -1
}

/** Rows [i0, i1) of A -= U V^T, lower triangle. */
export function updateSweep<T>(a: usize, n: i32, ld: i32, i0: i32, i1: i32, b: i32, u: usize, v: usize, block: usize): void {
  multiplyPanels<T>(a, ld, i0, i1, 0, n, u, v, b, true, SUBTRACT, second(block, b))
}

/** Writes V and -D^-1 where A[others, K] and A[K, K] were. */
export function finishSweep<T>(a: usize, n: i32, ld: i32, k0: i32, b: i32, v: usize, block: usize): void {
  const width = panelRows<T>()
  for (let i = 0; i < k0; i += width) {
    let from = panelAt<T>(v, i, b)
    let to = a + (<usize>k0 * ld + i) * sizeof<T>()
    for (let k = 0; k < b; k++) {
      v128.store(to, v128.load(from)); v128.store(to, v128.load(from, 16), 16)
      from += 32; to += <usize>ld * sizeof<T>()
    }
  }
  for (let i = 0; i < b; i++) {
    const row = a + (<usize>(k0 + i) * ld + k0) * sizeof<T>()
    for (let j = 0; j <= i; j++) store<T>(row + <usize>j * sizeof<T>(), <T>-load<f64>(block + ((<usize>i * b + j) << 3)))
  }
  unpackRows<T>(v, k0 + b, n, b, a + <usize>k0 * sizeof<T>(), ld)
}

/** Begins the Cholesky step of block [k0, k0 + b): L_KK is written, V holds L[below, K]. @returns -1, or the row whose pivot is too small */
export function beginFactor<T>(a: usize, n: i32, ld: i32, k0: i32, b: i32, scale: usize, tolerance: f64, u: usize, v: usize, block: usize): i32 {
  const corner = a + (<usize>k0 * ld + k0) * sizeof<T>()
  const failed = factorBlock<T>(corner, ld, b, scale + <usize>k0 * sizeof<T>(), tolerance, block)
  if (failed >= 0) return k0 + failed
  for (let i = 0; i < b; i++) {
    for (let j = 0; j <= i; j++) store<T>(corner + (<usize>i * ld + j) * sizeof<T>(), <T>load<f64>(block + ((<usize>i * b + j) << 3)))
  }
  const below = k0 + b
  if (below >= n) return -1
  invertTriangle(block, b, second(block, b))
  packBlock<T>(second(block, b), b, third(block, b))
  packRows<T>(a + <usize>k0 * sizeof<T>(), ld, below, n, b, u)
  spread<T>(third(block, b), u, v, below, n, b)
  unpackRows<T>(v, below, n, b, a + <usize>k0 * sizeof<T>(), ld)
  return -1
}

/** Rows [i0, i1) of A -= V V^T right of column `below`, lower triangle. */
export function updateFactor<T>(a: usize, n: i32, ld: i32, below: i32, i0: i32, i1: i32, b: i32, v: usize, block: usize): void {
  multiplyPanels<T>(a, ld, i0, i1, below, n, v, v, b, true, SUBTRACT, second(block, b))
}

function unpackRows<T>(v: usize, i0: i32, n: i32, b: i32, to: usize, ld: i32): void {
  for (let i = i0; i < n; i++) {
    let from = panelAt<T>(v, i & ~3, b) + <usize>(i & 3) * sizeof<T>()
    let at = to + <usize>i * ld * sizeof<T>()
    for (let k = 0; k < b; k++) {
      store<T>(at, load<T>(from))
      from += 32; at += sizeof<T>()
    }
  }
}
