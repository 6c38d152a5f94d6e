import { describe, expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { matrix, random, row } from "../../core/index.ts"
import { resolveOptions } from "./options.ts"
import { LOGIT, loadRanker, saveRanker } from "./ranker.ts"
import { type RankerName, rankers } from "./rankers.ts"

/** Rows whose log-odds are their first column; the second is missing now and then. */
function examples(seed: number) {
  const draw = random(seed)
  const rows = matrix(2000, 3)
  const labels = new Float32Array(2000)
  for (let i = 0; i < 2000; i++) {
    const x = 2 * draw.normal()
    rows.data.set([x, draw.next() < 0.2 ? Number.NaN : draw.normal(), draw.normal()], i * 3)
    labels[i] = draw.next() < 1 / (1 + Math.exp(-x)) ? 1 : 0
  }
  return { rows, labels, weights: new Float32Array(2000).fill(1), columns: ["a", "b", "c"] }
}

describe.each(Object.keys(rankers) as RankerName[])("ranker %s", (kind) => {
  test("scores are log-odds, parts add up but for a constant, and a release gives the same back, bit for bit", async () => {
    const model = await rankers[kind].fit(examples(1), { seed: 3 })
    const { rows } = examples(2)
    const logits = model.logits(rows)
    const bundle = memoryBundle()
    saveRanker(
      { column: LOGIT, kind, model, fusion: {}, newcomers: {}, modelOfNew: undefined, scale: undefined, calibrator: undefined },
      bundle.writer,
    )
    const loaded = loadRanker(bundle.reader)
    expect(loaded.kind).toBe(kind)
    expect(loaded.model!.logits(rows)).toEqual(logits)
    const rest = Array.from({ length: 50 }, (_, i) => logits[i]! - model.contributions(row(rows, i)).reduce((sum, part) => sum + part, 0))
    for (const constant of rest) expect(constant).toBeCloseTo(rest[0]!, 6)
    // What divides by nothing is missing, in training and after.
    const given = examples(1)
    for (let i = 0; i < given.rows.data.length; i++) if (Number.isNaN(given.rows.data[i]!)) given.rows.data[i] = Number.POSITIVE_INFINITY
    const odd = matrix(1, 3, Float32Array.of(0.5, Number.POSITIVE_INFINITY, 0))
    const missing = matrix(1, 3, Float32Array.of(0.5, Number.NaN, 0))
    expect((await rankers[kind].fit(given, { seed: 3 })).logits(odd)).toEqual(model.logits(missing))
    // Where the log-odds are about 1, they are found to be about 1.
    const near = [...logits].filter((_, i) => Math.abs(rows.data[i * 3]! - 1) < 0.3)
    expect(Math.abs(near.reduce((sum, logit) => sum + logit, 0) / near.length - 1)).toBeLessThan(0.35)
  })
})

test("a ranker that is not known is refused with those that are", () => {
  expect(() => resolveOptions({ ranker: "forest" as RankerName })).toThrow(/a ranker among blend, logistic, trees, came "forest"/)
})
