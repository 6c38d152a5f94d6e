import { expect, test } from "vitest"
import { NotFound, noDeadline, type RequestScope, type Retriever, random, sparseMatrix } from "../core/index.ts"
import * as retrievers from "./adapters.ts"
import { ContentNeighbours } from "./content-neighbours.ts"
import { ItemNeighbours } from "./item-neighbours.ts"
import { popularityList, trending } from "./lists.ts"
import { tokenLists } from "./token-lists.ts"
import { exactScan } from "./vectors/exact-scan.ts"

interface Query {
  readonly likes?: readonly number[]
}
const base = { name: "it", collection: 3 }
const profile = ({ likes }: Query) => likes && { items: likes }
const scope: RequestScope = {
  requestId: "r",
  now: 5,
  deadline: noDeadline,
  random: random(1),
  signal: new AbortController().signal,
  release: {
    id: "r",
    part() {
      throw new NotFound("release", "a part", "none", "The test has none.")
    },
  },
  features: {
    columns: [],
    read() {
      throw new NotFound("features", "a row", "none", "Retrievers read no features.")
    },
  },
  trace: { drop() {}, degrade() {}, note() {} },
}

const table = sparseMatrix({ rows: 3, cols: 3 }, [0, 0], [1, 2], [1, 2])
const vectors = await exactScan({ data: Float32Array.of(1, 2, 3), rows: 3, cols: 1 })
const cases: { name: string; retriever: Retriever<Query>; ids: number[]; withoutLikes: number[] }[] = [
  {
    name: "neighbours",
    retriever: retrievers.neighbourRetriever({ ...base, neighbours: new ItemNeighbours(table), profile }),
    ids: [2, 1],
    withoutLikes: [],
  },
  {
    name: "content",
    retriever: retrievers.contentRetriever({ ...base, content: ContentNeighbours.fit(tokenLists([["a"], ["a"], ["b"]])), profile }),
    ids: [1],
    withoutLikes: [],
  },
  {
    name: "vectors",
    retriever: retrievers.vectorRetriever({ ...base, index: vectors, vector: ({ likes }: Query) => likes && [1] }),
    ids: [2, 1],
    withoutLikes: [],
  },
  {
    name: "trending",
    retriever: retrievers.topListRetriever({ ...base, list: trending({ size: () => 3, count: (id, now) => id * now }, { depth: 9 }) }),
    ids: [2, 1],
    withoutLikes: [2, 1],
  },
  {
    name: "popularity",
    retriever: retrievers.popularityRetriever({ ...base, list: popularityList(Float32Array.of(1, 3, 2)) }),
    ids: [1, 2],
    withoutLikes: [1, 2],
  },
  { name: "given", retriever: retrievers.givenRetriever({ ...base, items: ({ likes }: Query) => likes }), ids: [0], withoutLikes: [] },
]

test.each(cases)(
  "$name: best first, capped, its score in its own column, nothing without a profile",
  async ({ retriever, ids, withoutLikes }) => {
    const found = await retriever.retrieve({ likes: [0] }, 2, scope)
    expect([...found.ids]).toEqual(ids)
    expect([...found.collections]).toEqual(ids.map(() => 3))
    const scores = [...found.scores.get("it")!]
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect([...(await retriever.retrieve({}, 2, scope)).ids]).toEqual(withoutLikes)
  },
)
