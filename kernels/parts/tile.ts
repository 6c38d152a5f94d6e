// The register tile under every dense kernel, for f32 and f64 alike.
//
// Operands come in panels of 32 bytes: rows in groups of 8 f32 or 4 f64, panel p at p * depth * 32, in it one 32-byte line for each step k.
// A tile multiplies 4 rows of the left panel by the whole width of the right one: 8 accumulators, two right vectors and one splat stay in
// the 16 vector registers; 6 rows spill and measure slower. Sums run over k in order: the same bits on every machine.

/** Rows in one panel. */
// @ts-ignore: decorator
@inline export function panelRows<T>(): i32 { return 32 / <i32>sizeof<T>() }

/** Address of row `i` (a multiple of 4) in panels of that depth. */
// @ts-ignore: decorator
@inline export function panelAt<T>(panels: usize, i: i32, depth: i32): usize {
  const width = panelRows<T>()
  return panels + ((<usize>(i / width) * depth) << 5) + <usize>(i % width) * sizeof<T>()
}

export const STORE: i32 = 0
export const ADD: i32 = 1
export const SUBTRACT: i32 = 2

/** c[4 rows of stride bytes][panel] = | += | -= left[4, depth] * right[depth, panel]. */
export function tile<T>(left: usize, right: usize, depth: i32, c: usize, stride: usize, mode: i32): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const end = right + (<usize>depth << 5)
  while (right < end) {
    const r0 = v128.load(right), r1 = v128.load(right, 16)
    let s = v128.load_splat<T>(left)
    c00 = v128.add<T>(c00, v128.mul<T>(s, r0)); c01 = v128.add<T>(c01, v128.mul<T>(s, r1))
    s = v128.load_splat<T>(left + sizeof<T>())
    c10 = v128.add<T>(c10, v128.mul<T>(s, r0)); c11 = v128.add<T>(c11, v128.mul<T>(s, r1))
    s = v128.load_splat<T>(left + 2 * sizeof<T>())
    c20 = v128.add<T>(c20, v128.mul<T>(s, r0)); c21 = v128.add<T>(c21, v128.mul<T>(s, r1))
    s = v128.load_splat<T>(left + 3 * sizeof<T>())
    c30 = v128.add<T>(c30, v128.mul<T>(s, r0)); c31 = v128.add<T>(c31, v128.mul<T>(s, r1))
    left += 32; right += 32
  }
  put<T>(c, c00, c01, mode); c += stride
  put<T>(c, c10, c11, mode); c += stride
  put<T>(c, c20, c21, mode); c += stride
  put<T>(c, c30, c31, mode)
}

// @ts-ignore: decorator
@inline function put<T>(c: usize, x0: v128, x1: v128, mode: i32): void {
  if (mode == ADD) {
    x0 = v128.add<T>(v128.load(c), x0); x1 = v128.add<T>(v128.load(c, 16), x1)
  } else if (mode == SUBTRACT) {
    x0 = v128.sub<T>(v128.load(c), x0); x1 = v128.sub<T>(v128.load(c, 16), x1)
  }
  v128.store(c, x0); v128.store(c, x1, 16)
}

/**
 * Rows [i0, i1) and columns [j0, j1) of c += or -= left * right^T, both in panels; c is row-major with `ld` numbers a row.
 * `lower` touches only places with column <= row. `scratch` takes one tile (128 bytes): edges and the diagonal go through it.
 * i0 and j0 are multiples of the panel rows.
 */
export function multiplyPanels<T>(
  c: usize, ld: i32, i0: i32, i1: i32, j0: i32, j1: i32, left: usize, right: usize, depth: i32, lower: bool, mode: i32, scratch: usize,
): void {
  const width = panelRows<T>()
  const stride = <usize>ld * sizeof<T>()
  if (lower) j1 = min(j1, i1)
  for (let j = j0; j < j1; j += width) {
    const r = panelAt<T>(right, j, depth)
    for (let i = lower ? max(i0, j & ~3) : i0; i < i1; i += 4) {
      const l = panelAt<T>(left, i, depth)
      const at = c + <usize>i * stride + <usize>j * sizeof<T>()
      if (i + 4 <= i1 && j + width <= j1 && (!lower || j + width - 1 <= i)) {
        tile<T>(l, r, depth, at, stride, mode)
      } else {
        tile<T>(l, r, depth, scratch, 32, STORE)
        for (let y = 0; y < min(4, i1 - i); y++) {
          const columns = min(width, lower ? min(j1, i + y + 1) - j : j1 - j)
          for (let x = 0; x < columns; x++) {
            const to = at + <usize>y * stride + <usize>x * sizeof<T>()
            const value = load<T>(scratch + (<usize>y << 5) + <usize>x * sizeof<T>())
            store<T>(to, mode == SUBTRACT ? load<T>(to) - value : mode == ADD ? load<T>(to) + value : value)
          }
        }
      }
    }
  }
}

/** Packs rows [i0, i1) of a row-major matrix, `depth` numbers from `from`, into panels; rows past i1 in the last panel are zero. */
export function packRows<T>(from: usize, ld: i32, i0: i32, i1: i32, depth: i32, panels: usize): void {
  const width = panelRows<T>()
  const stop = (i1 + width - 1) / width * width
  for (let i = i0; i < stop; i++) {
    let to = panelAt<T>(panels, i & ~3, depth) + <usize>(i & 3) * sizeof<T>()
    let at = from + <usize>i * ld * sizeof<T>()
    for (let k = 0; k < depth; k++) {
      store<T>(to, i < i1 ? load<T>(at) : <T>0)
      to += 32; at += sizeof<T>()
    }
  }
}

/** Packs columns [j0, j1) of a row-major matrix, rows [0, depth) from `from`, into panels of columns; columns past j1 are zero. */
export function packColumns<T>(from: usize, ld: i32, j0: i32, j1: i32, depth: i32, panels: usize): void {
  const width = panelRows<T>()
  for (let j = j0; j < j1; j += width) {
    let to = panelAt<T>(panels, j, depth)
    let at = from + <usize>j * sizeof<T>()
    for (let k = 0; k < depth; k++) {
      if (j + width <= j1) {
        v128.store(to, v128.load(at)); v128.store(to, v128.load(at, 16), 16)
      } else {
        for (let x = 0; x < width; x++) store<T>(to + <usize>x * sizeof<T>(), j + x < j1 ? load<T>(at + <usize>x * sizeof<T>()) : <T>0)
      }
      to += 32; at += <usize>ld * sizeof<T>()
    }
  }
}
