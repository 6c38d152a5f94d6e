// Least squares on a fixed support, one column at a time: (G_SS + l2 I) w = G_Sj by conjugate gradients from the weights at hand,
// preconditioned by the diagonal. The start is the full solution cut to S, so a few steps suffice.
//
// Two ways to multiply by G_SS: gathered once from the Gram matrix's upper triangle, or through the interactions, X_S^T (X_S w).

import { offset } from "./interactions"

export let gram: usize = 0, ld: i32 = 0, diagonal: usize = 0
export let offsets: usize = 0, users: usize = 0, values: usize = 0, userCount: i32 = 0
export let gathered: usize = 0, gatheredRows: i32 = 0, scratch: usize = 0, length: i32 = 0

/** The Gram matrix (0 = not held) with its diagonal, and the interactions by item. */
export function bindOperator(
  gramAt: usize, gramLd: i32, diagonalAt: usize, offsetsAt: usize, usersAt: usize, valuesAt: usize, count: i32,
): void {
  gram = gramAt; ld = gramLd; diagonal = diagonalAt
  offsets = offsetsAt; users = usersAt; values = valuesAt; userCount = count
}

/** A square of `rows` x `rows` f32 for gathering, and 6 * longest + users f32 of scratch, `longest` a multiple of 4. */
export function bindScratch(gatheredAt: usize, rows: i32, scratchAt: usize, longest: i32): void {
  gathered = gatheredAt; gatheredRows = rows; scratch = scratchAt; length = longest
}

// @ts-ignore: decorator
@inline function vector(index: i32): usize { return scratch + ((<usize>index * length) << 2) }

/**
 * Refits column j on the rows support[0..s), ascending, whose weights are at `table + 4 * places[.]`.
 * @returns the steps taken
 */
export function refitColumn(j: i32, s: i32, support: usize, places: usize, table: usize, l2: f32, tolerance: f64, maxSteps: i32): i32 {
  const w = vector(0), r = vector(1), d = vector(2), q = vector(3), ridge = vector(4)
  const padded = (s + 3) & ~3
  memory.fill(scratch, 0, (<usize>length * 5) << 2)
  let touched: i64 = 0
  for (let a = 0; a < s; a++) {
    const item = load<u32>(support + (<usize>a << 2))
    store<f32>(w + (<usize>a << 2), load<f32>(table + (<usize>load<u32>(places + (<usize>a << 2)) << 2)))
    store<f32>(ridge + (<usize>a << 2), load<f32>(diagonal + (<usize>item << 2)) + l2)
    touched += offset(offsets, item + 1) - offset(offsets, item)
  }
  // Gathering costs about s^2 / 2 cache misses once; the interactions twice `touched` of them in every step.
  const dense = gram != 0 && s <= gatheredRows && <i64>s * s < 8 * touched
  if (dense) gather(s, padded, support)
  target(j, s, support, r, dense)
  const goal = tolerance * tolerance * dot(r, r, padded)
  apply(s, padded, support, l2, dense, w, q)
  axpy(-1, q, r, padded)
  precondition(r, ridge, d, padded)
  let slope = dot(r, d, padded)
  let step = 0
  while (step < maxSteps && dot(r, r, padded) > goal && slope > 0) {
    apply(s, padded, support, l2, dense, d, q)
    const along = slope / dot(d, q, padded)
    axpy(<f32>along, d, w, padded)
    axpy(<f32>-along, q, r, padded)
    precondition(r, ridge, q, padded)
    const next = dot(r, q, padded)
    scaleAdd(q, <f32>(next / slope), d, padded)
    slope = next
    step++
  }
  for (let a = 0; a < s; a++) store<f32>(table + (<usize>load<u32>(places + (<usize>a << 2)) << 2), load<f32>(w + (<usize>a << 2)))
  return step
}

/** Copies the strict upper triangle of G_SS; each row starts on a whole vector, with zeros left of the diagonal. */
function gather(s: i32, padded: i32, support: usize): void {
  for (let a = 0; a < s; a++) {
    const from = gram + ((<usize>load<u32>(support + (<usize>a << 2)) * ld) << 2)
    const to = gathered + ((<usize>a * padded) << 2)
    for (let b = a & ~3; b <= a; b++) store<f32>(to + (<usize>b << 2), 0)
    for (let b = a + 1; b < s; b++) {
      store<f32>(to + (<usize>b << 2), load<f32>(from + (<usize>load<u32>(support + (<usize>b << 2)) << 2)))
    }
    for (let b = s; b < padded; b++) store<f32>(to + (<usize>b << 2), 0)
  }
}

/** out = G_Sj. */
function target(j: i32, s: i32, support: usize, out: usize, dense: bool): void {
  if (dense) {
    for (let a = 0; a < s; a++) {
      const item = load<u32>(support + (<usize>a << 2))
      const row = min<u32>(item, j), column = max<u32>(item, j)
      store<f32>(out + (<usize>a << 2), load<f32>(gram + ((<usize>row * ld + column) << 2)))
    }
    return
  }
  const sums = vector(5)
  memory.fill(sums, 0, <usize>userCount << 2)
  addItem(j, 1, sums)
  for (let a = 0; a < s; a++) store<f32>(out + (<usize>a << 2), readItem(load<u32>(support + (<usize>a << 2)), sums))
}

/** out = (G_SS + l2 I) x; both triangles of G_SS from the upper one in a single pass. */
function apply(s: i32, padded: i32, support: usize, l2: f32, dense: bool, x: usize, out: usize): void {
  if (!dense) {
    const sums = vector(5)
    memory.fill(sums, 0, <usize>userCount << 2)
    for (let a = 0; a < s; a++) addItem(load<u32>(support + (<usize>a << 2)), load<f32>(x + (<usize>a << 2)), sums)
    for (let a = 0; a < s; a++) {
      const value = readItem(load<u32>(support + (<usize>a << 2)), sums) + l2 * load<f32>(x + (<usize>a << 2))
      store<f32>(out + (<usize>a << 2), value)
    }
    return
  }
  const ridge = vector(4)
  for (let a = 0; a < padded; a += 4) {
    const at = <usize>a << 2
    v128.store(out + at, f32x4.mul(v128.load(ridge + at), v128.load(x + at)))
  }
  for (let a = 0; a < s; a++) {
    const start = <usize>(a & ~3) << 2
    const stop = <usize>padded << 2
    const row = gathered + ((<usize>a * padded) << 2)
    const xa = v128.load32_splat(x + (<usize>a << 2))
    let sum = f32x4.splat(0)
    for (let at = start; at < stop; at += 16) {
      const g = v128.load(row + at)
      sum = f32x4.add(sum, f32x4.mul(g, v128.load(x + at)))
      v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(g, xa)))
    }
    const own = out + (<usize>a << 2)
    const pairs = (f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
    store<f32>(own, load<f32>(own) + pairs)
  }
}

function addItem(item: u32, weight: f32, sums: usize): void {
  const end = offset(offsets, item + 1)
  for (let at = offset(offsets, item); at < end; at++) {
    const place = sums + (<usize>load<u32>(users + (<usize>at << 2)) << 2)
    store<f32>(place, load<f32>(place) + weight * load<f32>(values + (<usize>at << 2)))
  }
}

function readItem(item: u32, sums: usize): f32 {
  let sum: f32 = 0
  const end = offset(offsets, item + 1)
  for (let at = offset(offsets, item); at < end; at++) {
    sum += load<f32>(values + (<usize>at << 2)) * load<f32>(sums + (<usize>load<u32>(users + (<usize>at << 2)) << 2))
  }
  return sum
}

function dot(x: usize, y: usize, padded: i32): f64 {
  let low = f64x2.splat(0), high = low
  for (let a = 0; a < padded; a += 4) {
    const at = <usize>a << 2
    const product = f32x4.mul(v128.load(x + at), v128.load(y + at))
    low = f64x2.add(low, f64x2.promote_low_f32x4(product))
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(product, product, 1, 1)))
  }
  low = f64x2.add(low, high)
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
}

/** y += scale * x. */
function axpy(scale: f32, x: usize, y: usize, padded: i32): void {
  const s = f32x4.splat(scale)
  for (let a = 0; a < padded; a += 4) {
    const at = <usize>a << 2
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(s, v128.load(x + at))))
  }
}

/** y = x + scale * y. */
function scaleAdd(x: usize, scale: f32, y: usize, padded: i32): void {
  const s = f32x4.splat(scale)
  for (let a = 0; a < padded; a += 4) {
    const at = <usize>a << 2
    v128.store(y + at, f32x4.add(v128.load(x + at), f32x4.mul(s, v128.load(y + at))))
  }
}

/** out = r / ridge; the padding of `ridge` is zero and must stay out of it. */
function precondition(r: usize, ridge: usize, out: usize, padded: i32): void {
  const tiny = f32x4.splat(1e-30)
  for (let a = 0; a < padded; a += 4) {
    const at = <usize>a << 2
    v128.store(out + at, f32x4.div(v128.load(r + at), f32x4.max(tiny, v128.load(ridge + at))))
  }
}
