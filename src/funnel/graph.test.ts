import { expect, test } from "vitest"
import { defineFunnel } from "./funnel.ts"
import { funnelGraph } from "./graph.ts"
import { retrieverOf, stageOf } from "./scope.test.helper.ts"

const retriever = (name: string) => retrieverOf(name, [])
const stage = (name: string, limit: number) => stageOf(name, limit, (places) => places)

test("steps in a row, retrievers side by side, merge, stages in a row, the fallback beside them", () => {
  const funnel = defineFunnel<string>({
    steps: [{ name: "spelling", run: async (query) => query }],
    retrievers: [
      { retriever: retriever("words"), limit: 100 },
      { retriever: retriever("vectors"), limit: 50 },
    ],
    stages: [stage("filters", Number.POSITIVE_INFINITY), stage("rank", 20)],
    fallback: retriever("popular"),
    limit: 10,
  })
  expect(funnelGraph(funnel)).toEqual([
    { name: "spelling", role: "step", limit: null, after: [] },
    { name: "words", role: "retriever", limit: 100, after: ["spelling"] },
    { name: "vectors", role: "retriever", limit: 50, after: ["spelling"] },
    { name: "popular", role: "fallback", limit: null, after: ["spelling"] },
    { name: "merge", role: "merge", limit: null, after: ["words", "vectors"] },
    { name: "filters", role: "stage", limit: null, after: ["merge"] },
    { name: "rank", role: "stage", limit: 20, after: ["filters"] },
  ])
})
