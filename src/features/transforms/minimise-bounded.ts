/**
 * The place of the least value of a function between two bounds, for functions with one valley: golden sections and parabolas.
 *
 * @param tolerance - how near the place must be, absolute
 * @see Brent 1973, Algorithms for Minimization without Derivatives, chapter 5
 */
export function minimiseBounded(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  const golden = (3 - Math.sqrt(5)) / 2
  let [a, b] = [low, high]
  let best = a + golden * (b - a)
  let [second, third] = [best, best]
  let valueBest = f(best)
  let [valueSecond, valueThird] = [valueBest, valueBest]
  let step = 0
  let before = 0
  for (let round = 0; round < 100; round++) {
    const middle = (a + b) / 2
    const near = tolerance / 3 + 1e-9 * Math.abs(best)
    if (Math.abs(best - middle) <= 2 * near - (b - a) / 2) break
    let isGolden = true
    if (Math.abs(before) > near) {
      const r = (best - second) * (valueBest - valueThird)
      const q0 = (best - third) * (valueBest - valueSecond)
      const p0 = (best - third) * q0 - (best - second) * r
      const q = 2 * (q0 - r)
      const p = q > 0 ? -p0 : p0
      const size = Math.abs(q)
      if (Math.abs(p) < Math.abs((size * before) / 2) && p > size * (a - best) && p < size * (b - best)) {
        before = step
        step = p / size
        const x = best + step
        if (x - a < 2 * near || b - x < 2 * near) step = best < middle ? near : -near
        isGolden = false
      }
    }
    if (isGolden) {
      before = best < middle ? b - best : a - best
      step = golden * before
    }
    const x = best + (Math.abs(step) >= near ? step : step > 0 ? near : -near)
    const value = f(x)
    if (value <= valueBest) {
      if (x < best) b = best
      else a = best
      ;[third, second, best] = [second, best, x]
      ;[valueThird, valueSecond, valueBest] = [valueSecond, valueBest, value]
    } else {
      if (x < best) a = x
      else b = x
      if (value <= valueSecond || second === best) {
        ;[third, second] = [second, x]
        ;[valueThird, valueSecond] = [valueSecond, value]
      } else if (value <= valueThird || third === best || third === second) {
        third = x
        valueThird = value
      }
    }
  }
  return best
}
