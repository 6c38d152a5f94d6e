import { expect, test } from "vitest"
import { field } from "../../core/index.ts"
import { partsOf } from "../splits/parts.ts"
import { splitByRatio } from "../splits/split.ts"
import { validateEvent } from "../validation/event-validator.ts"
import { type Expansion, expandTrain } from "./expand.ts"
import { labellingQueue } from "./labelling-queue.ts"
import { type RaterProfile, raterProfiles, simulateLabelling } from "./rater-pools.ts"
import { checkRoute, routeTask } from "./route.ts"

const NOW = Date.UTC(2026, 10, 24)

test("a task goes to three raters, is settled by two of them, or by an expert when all differ", () => {
  const tasks = [
    { id: "t1", query: "red shoes", item: "i1", collection: "shoes" },
    { id: "t2", query: "boots", item: "i2" },
  ]
  const queue = labellingQueue({ system: "search", tasks })
  expect(queue.next("ann")!.id).toBe("t1")
  const first = queue.judge("ann", "t1", "good", NOW)
  expect(first).toEqual({
    ...{ id: "search/t1/ann", timestamp: NOW, event: "judgement", system: "search" },
    ...{ query: "red shoes", item: "i1", collection: "shoes", label: "good", rater: "ann" },
  })
  expect(validateEvent(first, { now: () => NOW })).toMatchObject({ ok: { record: { label: "good", rater: "ann" } } })
  // What is begun is finished first; nobody gets the same task twice.
  expect([queue.next("bob")!.id, queue.next("ann")!.id]).toEqual(["t1", "t2"])
  queue.judge("bob", "t1", "bad", NOW)
  expect(() => queue.judge("bob", "t1", "good", NOW)).toThrow("a second judgement by bob")
  queue.judge("eve", "t1", "good", NOW)
  expect(() => queue.judge("dan", "t1", "good", NOW)).toThrow("came 3 already")
  for (const [rater, label] of [
    ["ann", "good"],
    ["bob", "bad"],
    ["eve", "fair"],
  ] as const)
    queue.judge(rater, "t2", label, NOW)
  expect(queue.next("dan")).toBeUndefined()
  expect(queue.counts).toEqual({ tasks: 2, settled: 1, disputed: 1, judgements: 6 })
  expect(queue.disputed()).toEqual([{ task: tasks[1], votes: { good: 1, bad: 1, fair: 1 } }])
  expect(() => queue.adjudicate("eva", "t1", "bad", NOW)).toThrow("a disputed task")
  expect(queue.adjudicate("eva", "t2", "fair", NOW)).toMatchObject({ rater: "eva", label: "fair" })
  expect(queue.settled().map(({ task, label, by }) => [task.id, label, by])).toEqual([
    ["t1", "good", "majority"],
    ["t2", "fair", "adjudication"],
  ])
  expect(() => queue.judge("ann", "t9", "good", NOW)).toThrow("a task among t1, t2")
  expect(() => labellingQueue({ system: "search", tasks, settledFrom: 0.5 })).toThrow("a share in (0.5, 1]")
})

test.each([
  { name: "public and simple", shows: ["title"], isComplex: false, allowed: ["crowd", "specialist", "in house"] },
  { name: "complex", shows: ["title"], isComplex: true, allowed: ["specialist", "in house"] },
  { name: "a personal field", shows: ["title", "email"], isComplex: false, allowed: ["in house"] },
  { name: "a field of no schema", shows: ["scan"], isComplex: false, allowed: ["in house"] },
])("a task that is $name may go to $allowed", ({ shows, isComplex, allowed }) => {
  const task = { shows, isComplex, fields: { title: field.text(), email: field.category({ personal: "hash" }) } }
  expect(routeTask(task).allowed).toEqual(allowed)
  for (const to of ["crowd", "specialist", "in house"] as const) {
    if (allowed.includes(to)) checkRoute(task, to)
    else expect(() => checkRoute(task, to)).toThrow(/email is personal|needs training|scan is in no schema/)
  }
})

test("a crowd is cheap and errs, three of it err less; specialists are dear, slow to train and better", () => {
  const truth = Uint8Array.from({ length: 1500 }, (_, thing) => thing % 2)
  const run = (profile: RaterProfile, redundancy: number) => simulateLabelling(truth, 2, profile, { redundancy, seed: 3 })
  const [one, three, expert] = [run(raterProfiles.crowd, 1), run(raterProfiles.crowd, 3), run(raterProfiles.specialist, 1)]
  expect(three.accuracy).toBeGreaterThan(one.accuracy + 0.04)
  expect(expert.accuracy).toBeGreaterThan(three.accuracy)
  expect([one.costMicros, three.costMicros]).toEqual([1500 * 20_000, 4500 * 20_000])
  // Six specialists train 16 hours each, at the price of 90 labels an hour.
  expect(expert.costMicros).toBe(1500 * 400_000 + 6 * 16 * 90 * 400_000)
  expect(expert.hours).toBeCloseTo((1500 * 40) / 3600 + 96, 10)
  expect([one.kappa, three.kappa > 0.2 && three.kappa < 0.7]).toEqual([Number.NaN, true])
  const half = (from: number) => {
    const own = expert.ratings.slice(from, from + 300)
    return own.filter(({ thing, label }) => label !== truth[thing]).length / 300
  }
  expect(half(0)).toBeGreaterThan(half(1200) + 0.05)
  expect(() => run({ ...raterProfiles.crowd, raters: 2 }, 3)).toThrow("redundancy 3 of 2 raters")
})

test("train alone is expanded; what was made says from which example and by what", () => {
  const words = ["a b", "c d", "e", "g h", "i j"]
  const { train, validation } = partsOf(splitByRatio(5, { test: 0.2, validation: 0.2 }, { seed: 1 }), (rows) =>
    Array.from(rows, (row) => words[row]!),
  )
  const swap: Expansion<string> = {
    name: "swap",
    make(text) {
      const parts = text.split(" ")
      return parts.length < 2 ? [] : [parts.reverse().join(" ")]
    },
  }
  const noise: Expansion<string> = { name: "noise", make: (text, draw) => [`${text}${draw.integer(10)}`, `${text}${draw.integer(10)}`] }
  const made = expandTrain(train, [swap, noise], { seed: 2 })
  expect(made.examples.slice(0, 3)).toEqual(train.data)
  for (const [place, example] of made.examples.entries()) {
    const from = train.data[made.source[place]!]!
    expect(made.train.rows[place]).toBe(train.rows[made.source[place]!])
    if (made.by[place] === "swap") expect(example.split(" ").reverse().join(" ")).toBe(from)
    if (made.by[place] === "noise") expect(example.slice(0, -1)).toBe(from)
  }
  expect(made.by.filter((name) => name === "noise")).toHaveLength(6)
  expect(expandTrain(train, [swap, noise], { seed: 2 })).toEqual(made)
  expect(expandTrain(train, [noise], { seed: 2, perExample: 1 }).examples).toHaveLength(6)
  // @ts-expect-error what is measured is not expanded
  const refused = () => expandTrain(validation, [swap], { seed: 2 })
  expect(refused).toBeTypeOf("function")
  expect(() => expandTrain(train, [swap, swap], { seed: 2 })).toThrow("a name for each expansion")
})
