// Functions without tables: a kernel has no data of its own, because the arena lays out all of its memory.

/** e^x of four f32, relative error below 3e-7: 2^whole by its bits, 2^rest by a polynomial. */
// @ts-ignore: decorator
@inline export function exp4(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88))
  const t = f32x4.mul(bounded, f32x4.splat(1.44269504))
  const whole = f32x4.nearest(t)
  // x - whole * ln 2 in two steps keeps the digits that t lost.
  let r = f32x4.sub(bounded, f32x4.mul(whole, f32x4.splat(0.693359375)))
  r = f32x4.add(r, f32x4.mul(whole, f32x4.splat(2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5))
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, f32x4.splat(1)))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** Base-2 logarithm of x > 0 to about 1e-10: exponent, and the series of atanh for the rest in [sqrt 1/2, sqrt 2). */
export function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x)
  let exponent = <i32>((bits >> 52) & 2047) - 1023
  let rest = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000)
  if (rest > 1.4142135623730951) { rest *= 0.5; exponent++ }
  const t = (rest - 1) / (rest + 1), u = t * t
  const series = 1 + u * (1.0 / 3 + u * (1.0 / 5 + u * (1.0 / 7 + u * (1.0 / 9 + u * (1.0 / 11)))))
  return <f64>exponent + 2 * t * series * 1.4426950408889634
}
