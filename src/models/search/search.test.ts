import { describe, expect, test } from "vitest"
import { InvalidArgument, matrix, random } from "../../core/index.ts"
import { logistic } from "../linear/logistic.ts"
import { gapReport, gapTable } from "./gap-report.ts"
import { randomSearch, successiveHalving } from "./search.ts"
import { type Drawn, drawConfig, type Space } from "./space.ts"
import { type Trial, topTrials, trialTable } from "./trials.ts"

const space: Space = {
  rate: { from: 1e-4, to: 1, scale: "log" },
  depth: { from: 2, to: 5, whole: true },
  share: { from: -1, to: 1 },
  kind: { values: ["a", "b"] },
}
/** A made-up estimator whose best rate is 0.01; fewer rows blur the score. */
const fitted = async (config: Drawn, share: number) => ({ config, share })
const score = ({ config, share }: { config: Drawn; share: number }) => -Math.abs(Math.log10(config.rate as number) + 2) - (1 - share) * 0.1
let clock = 0
const common = { space, fit: fitted, score, seed: 3, now: () => clock++ * 1000 }

test("draws stay in their ranges and reach all of them", () => {
  const draw = random(1)
  const configs = Array.from({ length: 2000 }, () => drawConfig(space, draw))
  const of = (name: string) => configs.map((config) => config[name] as number)
  expect(new Set(of("depth"))).toEqual(new Set([2, 3, 4, 5]))
  expect(new Set(of("kind"))).toEqual(new Set(["a", "b"]))
  for (const rate of of("rate")) expect(rate >= 1e-4 && rate <= 1).toBe(true)
  // Each factor of ten alike.
  for (const from of [1e-4, 1e-3, 1e-2, 1e-1]) {
    const share = of("rate").filter((rate) => rate >= from && rate < from * 10).length / configs.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.3)
  }
})

test("a random search logs every candidate, keeps the best, and repeats itself by seed", async () => {
  const heard: Trial[] = []
  const found = await randomSearch({ ...common, candidates: 20, onTrial: (trial) => heard.push(trial) })
  expect(found.trials).toHaveLength(20)
  expect(heard).toEqual(found.trials)
  expect(found.trials.map(({ trial }) => trial)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  expect(found.best.score).toBe(Math.max(...found.trials.map((trial) => trial.score!)))
  expect(found.model.config).toEqual(found.best.config)
  expect(found.trials.every(({ seconds }) => seconds === 1)).toBe(true)
  expect((await randomSearch({ ...common, candidates: 20 })).best.config).toEqual(found.best.config)
  expect((await randomSearch({ ...common, candidates: 20, seed: 4 })).best.config).not.toEqual(found.best.config)
})

test("halving ends with the best of all candidates at a fraction of the rows", async () => {
  const shares: number[] = []
  const halving = await successiveHalving({
    ...common,
    candidates: 27,
    fit: (config, share) => {
      shares.push(share)
      return fitted(config, share)
    },
  })
  expect(shares).toEqual([...new Array(27).fill(1 / 9), ...new Array(9).fill(1 / 3), ...new Array(3).fill(1)])
  const full = await randomSearch({ ...common, candidates: 27 })
  expect(halving.best.config).toEqual(full.best.config)
  expect(halving.trials).toHaveLength(39)
})

test("a candidate that fails is logged; a search of failures says why", async () => {
  const found = await randomSearch({
    ...common,
    candidates: 15,
    first: [{ rate: 0.01, depth: 2, share: 0, kind: "a" }],
    fit: async (config, share) => {
      if (config.kind === "b") throw new Error("no b")
      return { config, share }
    },
  })
  expect(found.trials[0]!.config.rate).toBe(0.01)
  expect(found.best.trial).toBe(1)
  expect(found.trials.some(({ error }) => error === "no b")).toBe(true)
  await expect(randomSearch({ ...common, candidates: 15, score: () => Number.NaN })).rejects.toThrow(
    /a trial with a score, came 15 failures, the last: the score is not a number/,
  )
})

test("the table has the best first, those on all rows before others", () => {
  const trial = (place: number, share: number, value?: number): Trial => ({
    trial: place,
    config: { rate: place },
    share,
    seconds: 1.25,
    ...(value === undefined ? { error: "no" } : { score: value }),
  })
  const trials = [trial(1, 0.1, 9), trial(2, 1, 0.5), trial(3, 1, 0.7), trial(4, 1), trial(5, 1, 0.7)]
  expect(topTrials(trials, 3).map(({ trial }) => trial)).toEqual([3, 5, 2])
  expect(trialTable(trials, 4).split("\n").slice(2)).toEqual([
    '| 1 | 3 | 0.7000 | all | 1.3 | `{"rate":3}` |',
    '| 2 | 5 | 0.7000 | all | 1.3 | `{"rate":5}` |',
    '| 3 | 2 | 0.5000 | all | 1.3 | `{"rate":2}` |',
    '| 4 | 1 | 9.0000 | 0.100 | 1.3 | `{"rate":1}` |',
  ])
})

test.each<[string, () => Promise<unknown>, RegExp]>([
  ["few", () => randomSearch({ ...common, candidates: 14 }), /randomSearch: expected 15 candidates or more, came 14/],
  ["an empty list", () => randomSearch({ ...common, candidates: 15, space: { a: { values: [] } } }), /a value or more for a, came none/],
  ["a log range to 0", () => randomSearch({ ...common, candidates: 15, space: { a: { from: 0, to: 1, scale: "log" } } }), /above 0 for a/],
  [
    "a range backwards",
    () => randomSearch({ ...common, candidates: 15, space: { a: { from: 2, to: 1 } } }),
    /from low to high for a, came 2 to 1/,
  ],
  ["eta", async () => successiveHalving({ ...common, candidates: 15, eta: 1 }), /eta above 1, came 1/],
])("a search that cannot be is refused: %s", async (_, run, message) => {
  const failure = await Promise.resolve()
    .then(run)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InvalidArgument)
  expect((failure as Error).message).toMatch(message)
})

test("a signal ends a search with Cancelled", async () => {
  const stop = new AbortController()
  const run = randomSearch({ ...common, candidates: 20, signal: stop.signal, onTrial: ({ trial }) => trial === 5 && stop.abort() })
  await expect(run).rejects.toMatchObject({ code: "cancelled" })
})

/** Rows of two columns in [-1, 1] and their label: whether the signs differ; `extra` adds columns. */
function xor(seed: number, extra: (a: number, b: number, label: number) => readonly number[]) {
  const draw = random(seed)
  const width = 2 + extra(0, 0, 0).length
  const rows = matrix(500, width)
  const labels = new Float32Array(500)
  for (let i = 0; i < 500; i++) {
    const [a, b] = [2 * draw.next() - 1, 2 * draw.next() - 1]
    labels[i] = a * b < 0 ? 1 : 0
    rows.data.set([a, b, ...extra(a, b, labels[i]!)], i * width)
  }
  return { rows, labels }
}

async function accuracies(extra: (part: string) => Parameters<typeof xor>[1]) {
  const parts = { train: xor(1, extra("train")), validation: xor(2, extra("validation")), test: xor(3, extra("test")) }
  const model = await logistic().fit(parts.train, { seed: 1 })
  const accuracy = ({ rows, labels }: ReturnType<typeof xor>) =>
    model.predict(rows).reduce((hits, p, i) => hits + (p > 0.5 === labels[i]! > 0.5 ? 1 : 0), 0) / labels.length
  return { train: accuracy(parts.train), validation: accuracy(parts.validation), test: accuracy(parts.test) }
}

describe("gap report", () => {
  const kinds = (report: ReturnType<typeof gapReport>) => report.findings.map(({ kind }) => kind)

  test("a linear model of an exclusive or is found to under-fit: one with the product learns it", async () => {
    const linear = await accuracies(() => () => [])
    const bigger = await accuracies(() => (a, b) => [a * b])
    expect(kinds(gapReport(linear, { tolerance: 0.05, bigger, ceiling: 1 }))).toEqual(["under-fitting"])
    expect(kinds(gapReport(bigger, { tolerance: 0.05, bigger: linear, ceiling: 1 }))).toEqual([])
  })

  test("an injected leak is found: a column that knows the label but in the test part", async () => {
    const draw = random(9)
    const leaking = await accuracies((part) => (_a, _b, label) => [part === "test" ? draw.next() : label])
    const report = gapReport(leaking, { tolerance: 0.05 })
    expect(leaking.validation).toBe(1)
    expect(kinds(report)).toEqual(["leak"])
    expect(gapTable(report)).toContain("- leak: validation 1.0000 is above test")
  })

  test("over-fitting is train above validation, by hand", () => {
    const report = gapReport({ train: 0.9, validation: 0.7, test: 0.69 }, { tolerance: 0.02 })
    expect(kinds(report)).toEqual(["over-fitting"])
    expect(report.fitGap).toBeCloseTo(0.2, 12)
    expect(report.choiceGap).toBeCloseTo(0.01, 12)
    expect(gapTable(gapReport({ train: 0.7, validation: 0.7 }, { tolerance: 0.02 }))).toContain("No sign of over- or under-fitting.")
    expect(() => gapReport({ train: Number.NaN, validation: 1 }, { tolerance: 0 })).toThrow(/a finite score of train, came NaN/)
  })
})
