// Nearest of many centres for many rows, the heart of k-means. Driver: src/core/k-means.ts.

import { packRows, panelAt, STORE, tile } from "./parts/tile"

/** Packs `k` centres of `depth` numbers into panels of 8. */
export function packCentres(centres: usize, ld: i32, k: i32, depth: i32, panels: usize): void {
  packRows<f32>(centres, ld, 0, k, depth, panels)
}

/**
 * For rows [begin, end): the centre c with the largest x.c - half[c], which is the nearest when half[c] = |c|^2 / 2; ties to the lower one.
 * `half` has an entry for each place in the last panel, infinite past k. `left` takes a panel of rows, `scratch` a tile.
 */
export function nearestCentres(
  rows: usize, ld: i32, begin: i32, end: i32, depth: i32, panels: usize, k: i32, half: usize,
  left: usize, scratch: usize, places: usize, values: usize,
): void {
  for (let row = begin; row < end; row += 8) {
    packRows<f32>(rows + ((<usize>row * ld) << 2), ld, 0, min(8, end - row), depth, left)
    for (let part = 0; part < 8 && row + part < end; part += 4) {
      nearestOfFour(panelAt<f32>(left, part, depth), min(4, end - row - part), depth, panels, k, half, scratch, row + part, places, values)
    }
  }
}

function nearestOfFour(
  left: usize, count: i32, depth: i32, panels: usize, k: i32, half: usize, scratch: usize, row: i32, places: usize, values: usize,
): void {
  const lowest = f32x4.splat(-Infinity)
  let v0 = lowest, v1 = lowest, v2 = lowest, v3 = lowest
  let p0 = i32x4.splat(0), p1 = p0, p2 = p0, p3 = p0
  let here = i32x4(0, 1, 2, 3)
  for (let c = 0; c < k; c += 8) {
    tile<f32>(left, panelAt<f32>(panels, c, depth), depth, scratch, 32, STORE)
    for (let side: usize = 0; side < 32; side += 16) {
      const less = v128.load(half + (<usize>c << 2) + side)
      const x0 = f32x4.sub(v128.load(scratch + side), less), x1 = f32x4.sub(v128.load(scratch + side, 32), less)
      const x2 = f32x4.sub(v128.load(scratch + side, 64), less), x3 = f32x4.sub(v128.load(scratch + side, 96), less)
      const g0 = f32x4.gt(x0, v0), g1 = f32x4.gt(x1, v1), g2 = f32x4.gt(x2, v2), g3 = f32x4.gt(x3, v3)
      v0 = v128.bitselect(x0, v0, g0); v1 = v128.bitselect(x1, v1, g1); v2 = v128.bitselect(x2, v2, g2); v3 = v128.bitselect(x3, v3, g3)
      p0 = v128.bitselect(here, p0, g0); p1 = v128.bitselect(here, p1, g1); p2 = v128.bitselect(here, p2, g2); p3 = v128.bitselect(here, p3, g3)
      here = i32x4.add(here, i32x4.splat(4))
    }
  }
  // Each lane kept the first of its own quarter of the centres; the four are compared in order of place.
  v128.store(scratch, v0); v128.store(scratch, v1, 16); v128.store(scratch, v2, 32); v128.store(scratch, v3, 48)
  v128.store(scratch, p0, 64); v128.store(scratch, p1, 80); v128.store(scratch, p2, 96); v128.store(scratch, p3, 112)
  for (let i = 0; i < count; i++) {
    const at = scratch + (<usize>i << 4)
    let value = load<f32>(at), place = load<i32>(at, 64)
    for (let lane: usize = 4; lane < 16; lane += 4) {
      const other = load<f32>(at + lane), where = load<i32>(at + lane, 64)
      if (other > value || (other == value && where < place)) { value = other; place = where }
    }
    store<i32>(places + (<usize>(row + i) << 2), place)
    store<f32>(values + (<usize>(row + i) << 2), value)
  }
}

/** squares[i] = the smaller of itself and the squared distance of row i to the centre. @returns the sum of all afterwards */
export function lowerSquares(rows: usize, n: i32, depth: i32, centre: usize, squares: usize): f64 {
  let total: f64 = 0
  for (let i = 0; i < n; i++) {
    let x = rows + ((<usize>i * depth) << 2), c = centre, j = 0
    let sum = f32x4.splat(0)
    for (; j + 4 <= depth; j += 4, x += 16, c += 16) {
      const apart = f32x4.sub(v128.load(x), v128.load(c))
      sum = f32x4.add(sum, f32x4.mul(apart, apart))
    }
    let square = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
    for (; j < depth; j++, x += 4, c += 4) {
      const apart = load<f32>(x) - load<f32>(c)
      square += apart * apart
    }
    const at = squares + (<usize>i << 2)
    square = min(square, load<f32>(at))
    store<f32>(at, square)
    total += square
  }
  return total
}
