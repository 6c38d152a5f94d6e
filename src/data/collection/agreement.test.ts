import { expect, test } from "vitest"
import { dawidSkene, fleissKappa, majorityVotes, type Rating, raterKappa } from "./agreement.ts"
import { raterProfiles, simulateLabelling } from "./rater-pools.ts"

/** A row of labels for each thing, by rater; `-` where one did not rate. */
const ratings = (...things: string[]): Rating[] =>
  things.flatMap((row, thing) => [...row].flatMap((label, rater) => (label === "-" ? [] : [{ thing, rater, label: Number(label) }])))

test.each([
  // 2 x 2 table 20, 5, 10, 15 of 50: agreement 0.7, by chance 0.5.
  {
    name: "a known table",
    rows: [...Array(20).fill("00"), ...Array(5).fill("01"), ...Array(10).fill("10"), ...Array(15).fill("11")],
    kappa: 0.4,
  },
  { name: "full agreement", rows: ["00", "11", "22"], kappa: 1 },
  { name: "always the opposite", rows: ["01", "10"], kappa: -1 },
  { name: "only what both rated", rows: ["00", "11", "0-", "-1"], kappa: 1 },
  { name: "one class only", rows: ["00", "00"], kappa: Number.NaN },
])("kappa of two raters, $name: $kappa", ({ rows, kappa }) => {
  expect(Number(raterKappa(ratings(...rows), 0, 1).toFixed(10))).toBe(kappa)
})

test("kappa of many raters: the table of Fleiss 1971", () => {
  // Ten things, fourteen raters, five classes; the published value is 0.210.
  const counts = ["00004", "02642", "00356", "03920", "22811", "77000", "32630", "25322", "65210", "02237"]
  counts[0] = "0000e"
  const rows = counts.map((row) => [...row].map((count, label) => String(label).repeat(Number.parseInt(count, 15))).join(""))
  expect(rows.every((row) => row.length === 14)).toBe(true)
  expect(fleissKappa(ratings(...rows))).toBeCloseTo(0.21, 3)
  expect(fleissKappa(ratings("000", "111", "0--"))).toBe(1)
})

test("the majority's label, its share, and ties", () => {
  expect(majorityVotes(ratings("001", "01-", "222"))).toEqual([
    { thing: 0, label: 0, votes: 3, share: 2 / 3 },
    { thing: 1, label: null, votes: 2, share: 0.5 },
    { thing: 2, label: 2, votes: 3, share: 1 },
  ])
})

test("raters of different quality are told apart without the truth, and their labels beat the majority's", () => {
  const truth = Uint8Array.from({ length: 400 }, (_, thing) => thing % 3)
  const good = simulateLabelling(
    truth,
    3,
    { ...raterProfiles.specialist, raters: 2, error: 0.05, learningLabels: 0 },
    { redundancy: 2, seed: 1 },
  )
  const bad = simulateLabelling(truth, 3, { ...raterProfiles.crowd, raters: 4, error: 0.5, learningLabels: 0 }, { redundancy: 3, seed: 2 })
  const all = [...good.ratings, ...bad.ratings.map((rating) => ({ ...rating, rater: rating.rater + 10 }))]
  const { verdicts, accuracy } = dawidSkene(all, 3)
  const right = (labelOf: (thing: number) => number | null) =>
    truth.filter((label, thing) => labelOf(thing) === label).length / truth.length
  const byVotes = new Map(majorityVotes(all).map(({ thing, label }) => [thing, label]))
  expect(right((thing) => verdicts.get(thing)!.label)).toBeGreaterThan(right((thing) => byVotes.get(thing)!) + 0.03)
  const shareRight = (rater: number) => {
    const own = all.filter((rating) => rating.rater === rater)
    return own.filter(({ thing, label }) => truth[thing] === label).length / own.length
  }
  for (const [rater, estimate] of accuracy) expect(Math.abs(estimate - shareRight(rater))).toBeLessThan(0.08)
  expect(() => dawidSkene(ratings("03"), 3)).toThrow("labels in 0 .. 2")
})
