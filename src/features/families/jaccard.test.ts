import fc from "fast-check"
import { expect, test } from "vitest"
import { families } from "../index.ts"
import { NOW, smallWorld } from "../small-world.test.helper.ts"

/** Few values, which bits can hold, or so many that some are beyond; now and then one twice. */
const values = (most: number) => fc.array(fc.nat(most), { maxLength: 5 })
const world = fc.constantFrom(6, 60).chain((most) =>
  fc.record({
    history: fc.array(values(most), { minLength: 1, maxLength: 8 }),
    candidates: fc.array(values(most), { minLength: 1, maxLength: 5 }),
    page: values(most),
    // Taken first, so that the codes of what follows are large.
    before: fc.constantFrom(0, 30),
  }),
)

test("property: shared values over all values of either, as by sets of words", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ history, candidates, page, before }) => {
      const { item, act, ask } = await smallWorld([families.jaccard("genre", { halfLifeDays: 1e9 })])
      const words = (list: readonly number[]) => list.map((value) => `g${value}`)
      for (let n = 0; n < before; n++) item(`x${n}`, { genre: [`other${n}`] })
      history.forEach((list, n) => {
        item(`h${n}`, { genre: words(list) })
        act({ user: "u" }, "like", `h${n}`, { time: NOW - 1000 + n })
      })
      candidates.forEach((list, n) => {
        item(`c${n}`, { genre: words(list) })
      })
      item("page", { genre: words(page) })
      const rows = ask(
        candidates.map((_, n) => `c${n}`),
        { user: "u", item: "page" },
      )
      candidates.forEach((list, n) => {
        const all = history.map((other) => likeness(other, list)).filter((value) => !Number.isNaN(value))
        const row = rows[n]!
        isNear(row["genre.jaccard.max"]!, all.length === 0 ? Number.NaN : Math.max(...all))
        isNear(row["genre.jaccard.mean"]!, all.reduce((sum, value) => sum + value, 0) / all.length)
        isNear(row["genre.jaccard.item"]!, likeness(page, list))
      })
    }),
    { numRuns: 60 },
  )
})

function isNear(came: number, expected: number): void {
  if (Number.isNaN(expected)) expect(came).toBeNaN()
  else expect(came).toBeCloseTo(expected, 5)
}

/** Values of `one` that are in `other`, over what is left of both lists. */
function likeness(one: readonly number[], other: readonly number[]): number {
  if (one.length === 0 || other.length === 0) return Number.NaN
  const shared = one.filter((value) => other.includes(value)).length
  return shared / (one.length + other.length - shared)
}
