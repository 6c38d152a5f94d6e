// One sparse matrix held both ways, by row and by column: offsets, indices and values in u32, u32 and f32.


// @ts-ignore: decorator
@inline export function offset(offsets: usize, row: i32): i32 { return load<i32>(offsets + (<usize>row << 2)) }

/**
 * Rows [i0, i1) of the strict upper triangle of X X^T and of its diagonal, for X held by row (`offsets` ...) and by column (`across` ...).
 *
 * For each place (i, u) of a row the rest of column u is added; `cursor[u]` remembers how far the column was walked, so rows must come in order.
 */
export function gramRows(
  a: usize, ld: i32, diagonal: usize, i0: i32, i1: i32,
  offsets: usize, indices: usize, values: usize, acrossOffsets: usize, acrossIndices: usize, acrossValues: usize, cursor: usize,
): void {
  for (let i = i0; i < i1; i++) {
    const row = a + ((<usize>i * ld) << 2)
    let square: f32 = 0
    const end = offset(offsets, i + 1)
    for (let at = offset(offsets, i); at < end; at++) {
      const u = load<u32>(indices + (<usize>at << 2))
      const weight = load<f32>(values + (<usize>at << 2))
      square += weight * weight
      const walked = cursor + (<usize>u << 2)
      const from = load<u32>(walked) + 1
      store<u32>(walked, from)
      const stop = acrossIndices + (<usize>load<u32>(acrossOffsets + (<usize>(u + 1) << 2)) << 2)
      let column = acrossIndices + (<usize>from << 2)
      let value = acrossValues + (<usize>from << 2)
      for (; column < stop; column += 4, value += 4) {
        const place = row + (<usize>load<u32>(column) << 2)
        store<f32>(place, load<f32>(place) + weight * load<f32>(value))
      }
    }
    store<f32>(diagonal + (<usize>i << 2), square)
  }
}
