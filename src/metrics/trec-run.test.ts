import fc from "fast-check"
import { expect, test } from "vitest"
import { type RunRanking, readQrels, readTrecRun, trecEval, trecOrder, trecRunLines, writeTrecRun } from "./index.ts"

const text = async (rankings: Iterable<RunRanking>) => {
  let all = ""
  for await (const chunk of writeTrecRun(rankings, "test")) all += chunk
  return all
}

test("a run file has six columns and keeps scores that already fall", async () => {
  expect(await text([{ query: "u1", ids: ["a", "b"], scores: [2.5, -1] }])).toBe("u1 Q0 a 1 2.5 test\nu1 Q0 b 2 -1 test\n")
})

test.each([
  { name: "ties", scores: [1, 1, 1, 1] },
  { name: "ties of negative numbers", scores: [-3, -3, -3.5, -3.5] },
  { name: "zeros", scores: [0, 0, 0, 0] },
  { name: "equal as 32-bit numbers only", scores: [1, 1 - 1e-12, 1 - 2e-12, 1 - 3e-12] },
  { name: "rising", scores: [1, 2, 3, 4] },
  { name: "not numbers", scores: [Number.NaN, Number.NaN, 1, Number.NEGATIVE_INFINITY] },
  { name: "infinite", scores: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 0] },
])("scores strictly fall for every reader: $name", async ({ scores }) => {
  const run = await readTrecRun(trecRunLines({ query: "q", ids: ["a", "b", "c", "d"], scores }))
  const read = run.get("q")!.map((document) => Math.fround(document.score))
  for (let i = 1; i < read.length; i++) expect(read[i]!).toBeLessThan(read[i - 1]!)
})

test("property: what is written reads back in the same order, whatever the scores", async () => {
  const score = fc.oneof(fc.float(), fc.constantFrom(0, -0, 1e-45, -1e-30, 1, 1, Number.NaN))
  await fc.assert(
    fc.asyncProperty(fc.array(score, { maxLength: 50 }), async (scores) => {
      const ids = scores.map((_, i) => `d${i}`)
      const run = await readTrecRun(trecRunLines({ query: "q", ids, scores }))
      const rounded = (run.get("q") ?? []).map(({ id, score }) => ({ id, score: Math.fround(score) }))
      expect(trecOrder(rounded)).toEqual(ids)
      expect(new Set(rounded.map((document) => document.score)).size).toBe(ids.length)
    }),
  )
})

test.each([
  { name: "a space in an id", ranking: { query: "q", ids: ["a b"], scores: [1] }, message: /document id without white space/ },
  { name: "an empty query", ranking: { query: "", ids: ["a"], scores: [1] }, message: /query id/ },
])("$name is refused", ({ ranking, message }) => {
  expect(() => trecRunLines(ranking)).toThrow(message)
})

test.each([
  { name: "five columns", line: "q Q0 a 1 2", message: /line 2: expected 6 columns, came 5/ },
  { name: "no number", line: "q Q0 a 1 high tag", message: /line 2: expected a number/ },
  { name: "a repeated document", line: "q Q0 a 2 1 tag", message: /line 2: expected each document once/ },
])("a run file with $name is refused by line", async ({ line, message }) => {
  await expect(readTrecRun(["q Q0 a 1 2 tag", line])).rejects.toThrow(message)
})

test("qrels are read with tabs, blank lines and grades below 0", async () => {
  const qrels = await readQrels("q1\t0\ta\t2\n\nq1 0 b -1\nq2 0 a 0\n")
  expect(qrels.get("q1")).toEqual(
    new Map([
      ["a", 2],
      ["b", -1],
    ]),
  )
  await expect(readQrels("q 0 a high")).rejects.toThrow(/line 1/)
})

test("ids order as UTF-8 bytes, beyond what string comparison gives", () => {
  const tied = ["\uffee", "\u{1f3ac}", "a", "ab"].map((id) => ({ id, score: 1 }))
  expect(trecOrder(tied)).toEqual(["\u{1f3ac}", "\uffee", "ab", "a"])
})

test("an unknown measure lists the known ones", () => {
  expect(() => trecEval(new Map(), new Map(), ["ndgc_cut_10"])).toThrow(/ndcg_cut_10/)
})
