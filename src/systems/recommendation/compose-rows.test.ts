import fc from "fast-check"
import { expect, test } from "vitest"
import { composeRows } from "./compose-rows.ts"

const rules = { first: ["your-list", "you"], most: 8, limit: 3, least: 2 }
const kinds = (rows: ReturnType<typeof composeRows>) => rows.map(({ offer }) => offer.kind)

test("kinds that come first, then the row whose first items are likeliest; the upper row keeps an item", () => {
  const scores = Float32Array.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
  const rows = composeRows(
    [
      { kind: "low", members: [6, 7] },
      { kind: "high", members: [1, 2, 3, 4] },
      { kind: "you", members: [0, 1] },
      { kind: "your-list", members: [7] },
    ],
    scores,
    rules,
  )
  expect(kinds(rows)).toEqual(["your-list", "you", "high"])
  expect(rows.map(({ places }) => [...places])).toEqual([[7], [0, 1], [2, 3, 4]])
})

test("a second row of a kind counts less, a second row about the same is left out", () => {
  const scores = Float32Array.of(0.5, 0.5, 0.48, 0.48, 0.45, 0.45, 0.3, 0.3)
  const rows = composeRows(
    [
      { kind: "genre", about: "drama", members: [0, 1] },
      { kind: "genre", about: "crime", members: [2, 3] },
      { kind: "trending", members: [4, 5] },
      { kind: "from", about: "drama", members: [6, 7] },
    ],
    scores,
    rules,
  )
  expect(rows.map(({ offer }) => offer.about ?? offer.kind)).toEqual(["drama", "trending", "crime"])
})

test("where nothing is scored, rows stand as they were offered, and no more than asked for", () => {
  const offers = ["a", "b", "c", "d"].map((kind, at) => ({ kind, members: [2 * at, 2 * at + 1] }))
  expect(kinds(composeRows(offers, new Float32Array(8).fill(Number.NaN), { ...rules, most: 3 }))).toEqual(["a", "b", "c"])
})

test("property: no place twice, none from elsewhere, no row too short or too long, no two rows about the same", () => {
  const offer = fc.record({
    kind: fc.constantFrom("your-list", "you", "genre", "from"),
    about: fc.option(fc.constantFrom("x", "y", "z"), { nil: undefined }),
    members: fc.array(fc.integer({ min: 0, max: 19 }), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(
      fc.array(offer, { maxLength: 10 }),
      fc.array(fc.double({ min: 0, max: 1 }), { minLength: 20, maxLength: 20 }),
      (given, scores) => {
        const offers = given.map(({ about, ...rest }) => ({ ...rest, ...(about === undefined ? {} : { about }) }))
        const rows = composeRows(offers, Float32Array.from(scores), rules)
        const places = rows.flatMap((row) => [...row.places])
        expect(new Set(places).size).toBe(places.length)
        const abouts = rows.flatMap((row) => row.offer.about ?? [])
        expect(new Set(abouts).size).toBe(abouts.length)
        for (const row of rows) {
          expect([...row.places].every((place) => row.offer.members.includes(place))).toBe(true)
          expect(row.places.length).toBeGreaterThanOrEqual(row.offer.kind === "your-list" ? 1 : 2)
          expect(row.places.length).toBeLessThanOrEqual(3)
        }
      },
    ),
  )
})
