import fc from "fast-check"
import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { exploreList, explores, propensityWeights } from "./exploration.ts"
import { attractionLabels, positionBiasByEm, positionBiasFromRandom, positionWeights } from "./position-bias.ts"

/** Clicks of a position-based world: `things` shown `pages` times on pages of `size`, ordered by attraction with chance or evenly. */
function world({ pages, things, size, even, seed }: { pages: number; things: number; size: number; even: boolean; seed: number }) {
  const draw = random(seed)
  const attraction = Float64Array.from({ length: things }, () => 0.05 + 0.5 * draw.next() ** 2)
  const examination = Float64Array.from({ length: size }, (_, place) => (place + 1) ** -0.7)
  const [rows, places, clicks]: [number[], number[], number[]] = [[], [], []]
  for (let page = 0; page < pages; page++) {
    const keys = Float64Array.from(attraction, (a) => (even ? draw.next() : a + 0.25 * draw.normal()))
    const order = Uint32Array.from(keys, (_, thing) => thing).sort((a, b) => keys[b]! - keys[a]!)
    for (let place = 0; place < size; place++) {
      rows.push(order[place]!)
      places.push(place)
      clicks.push(draw.next() < examination[place]! * attraction[order[place]!]! ? 1 : 0)
    }
  }
  return { attraction, examination, things: rows, places, clicks }
}

test("from evenly drawn pages: click rates relative to the first place, with intervals", () => {
  const log = { places: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2], clicks: [1, 1, 0, 0, 1, 0, 0, 0, 0, Number.NaN] }
  const { examination, low, high } = positionBiasFromRandom(log)
  expect([...examination]).toEqual([1, 0.5, 0])
  // exp(1.96 sqrt((1 - 1/4) / 1 + (1 - 2/4) / 2)) = exp(1.96)
  expect([low[0], low[1], low[2]].map((value) => value!.toFixed(4))).toEqual(["1.0000", (0.5 / Math.exp(1.96)).toFixed(4), "0.0000"])
  expect([high[1]!.toFixed(4), high[2]]).toEqual([(0.5 * Math.exp(1.96)).toFixed(4), Number.POSITIVE_INFINITY])
  expect(() => positionBiasFromRandom({ places: [0, 1], clicks: [0, 1] })).toThrow("clicks at the first place")
})

test("both ways find the true curve: counted on random pages, by EM on pages ordered by the ranker", () => {
  const drawn = world({ pages: 20_000, things: 40, size: 10, even: true, seed: 1 })
  const counted = positionBiasFromRandom(drawn)
  const inside = drawn.examination.filter((truth, place) => truth >= counted.low[place]! - 1e-12 && truth <= counted.high[place]! + 1e-12)
  expect(inside.length).toBeGreaterThanOrEqual(9)
  const ranked = world({ pages: 20_000, things: 40, size: 10, even: false, seed: 2 })
  const naive = positionBiasFromRandom(ranked)
  const found = positionBiasByEm(ranked)
  const off = (values: Float64Array) => Math.max(...values.map((value, place) => Math.abs(value / ranked.examination[place]! - 1)))
  // Better things stand higher, so click rates by place exaggerate.
  expect(off(naive.examination)).toBeGreaterThan(0.25)
  expect(off(found.examination)).toBeLessThan(0.1)
  const attractionOff = found.attraction.map((value, thing) => Math.abs(value / ranked.attraction[thing]! - 1)).sort()
  expect(attractionOff[20]).toBeLessThan(0.08)
})

test("weighted by the curve, clicks rank things as attraction does; raw click rates rank what stood on top", () => {
  const log = world({ pages: 5_000, things: 40, size: 10, even: false, seed: 3 })
  const weights = positionWeights(log, log)
  const rates = (weight: (row: number) => number) => {
    const [sums, shows] = [new Float64Array(40), new Float64Array(40)]
    for (let row = 0; row < log.places.length; row++) {
      sums[log.things[row]!]! += log.clicks[row]! * weight(row)
      shows[log.things[row]!]! += 1
    }
    return sums.map((sum, thing) => sum / shows[thing]!)
  }
  const error = (values: Float64Array) => values.reduce((sum, value, thing) => sum + Math.abs(value - log.attraction[thing]!), 0) / 40
  const corrected = error(rates((row) => weights[row]!))
  expect(corrected).toBeLessThan(error(rates(() => 1)) / 4)
  const soft = attractionLabels(
    log,
    log,
    Float64Array.from(log.things, (thing) => log.attraction[thing]!),
  )
  const [sums, shows] = [new Float64Array(40), new Float64Array(40)]
  for (const [row, thing] of log.things.entries()) {
    sums[thing]! += soft[row]!
    shows[thing]! += 1
  }
  expect(error(sums.map((sum, thing) => sum / shows[thing]!))).toBeLessThan(0.03)
})

test("weights are capped; a place that was never measured is refused", () => {
  const bias = { examination: Float64Array.of(1, 0.25, 0.01) }
  expect([...positionWeights({ places: [0, 1, 2, 1], clicks: [1, 1, 1, 0] }, bias)]).toEqual([1, 4, 10, 1])
  expect(() => positionWeights({ places: [3], clicks: [1] }, bias)).toThrow("undefined at 3")
  expect([...attractionLabels({ places: [0, 1, 1], clicks: [1, 0, Number.NaN] }, bias, [0.2, 0.2, 0.2])]).toEqual([
    1,
    Math.fround((0.2 * 0.75) / 0.95),
    Number.NaN,
  ])
  expect(() => positionBiasByEm({ places: [0], clicks: [0], things: [0] })).toThrow("a log with clicks")
})

test("exploration: the share of requests, told again from the id, and propensities that sum to one over a place", () => {
  const pool = ["a", "b", "c", "d", "e"]
  const options = { share: 0.05 }
  let exploring = 0
  const draw = random(1)
  const shown = new Map<string, number>()
  const requests = 40_000
  for (let i = 0; i < requests; i++) {
    const list = exploreList(`r${i}`, { ranked: pool, pool, limit: 2 }, options, draw)
    expect(list.explores).toBe(explores(`r${i}`, options))
    exploring += list.explores ? 1 : 0
    shown.set(list.items[1]!, (shown.get(list.items[1]!) ?? 0) + 1 / list.propensities[1]!)
    if (!list.explores) expect([...list.items, ...list.propensities]).toEqual(["a", "b", 0.96, 0.96])
  }
  expect(exploring / requests).toBeCloseTo(0.05, 2)
  // Each item at place 1, weighted by its propensity, stands for all requests.
  for (const item of pool) expect(shown.get(item)! / requests).toBeCloseTo(1, 0)
  expect(() => exploreList("r", { ranked: pool, pool, limit: 2 }, { share: 0 }, draw)).toThrow("a share in (0, 1)")
})

test("property: the weights undo any logged policy, and the effective rows are at most the rows", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (propensities) => {
      const { weights, capped, effectiveRows } = propensityWeights(propensities, { cap: 20 })
      for (const [row, weight] of weights.entries()) expect(weight).toBeCloseTo(Math.min(20, 1 / propensities[row]!), 4)
      expect(capped).toBe(propensities.filter((propensity) => 1 / propensity > 20).length)
      expect(effectiveRows).toBeLessThanOrEqual(propensities.length + 1e-6)
    }),
  )
  expect(() => propensityWeights([0.5, 0])).toThrow("0 in row 1")
})
