import { expect, test } from "vitest"
import { type NeighbourTable, openKernelThread, random, sparseMatrix } from "../../core/index.ts"
import { ScoreBoard } from "../../retrieval/index.ts"
import type { RecommendationQuery } from "./query.ts"
import { boardsFor, type TastePart, tasteBoards } from "./taste-boards.ts"

const ITEMS = 300

function tableOf(seed: number): NeighbourTable {
  const chance = random(seed)
  const rows = Uint32Array.from({ length: 4000 }, () => chance.integer(ITEMS))
  const cols = Uint32Array.from(rows, () => chance.integer(ITEMS))
  return sparseMatrix(
    { rows: ITEMS, cols: ITEMS },
    rows,
    cols,
    Float32Array.from(rows, () => chance.next()),
  ) as NeighbourTable
}

async function boards(thread?: Awaited<ReturnType<typeof openKernelThread>>) {
  const chance = random(3)
  const rows = Float32Array.from({ length: ITEMS * 16 }, () => chance.normal())
  const board = await ScoreBoard.open({
    items: ITEMS,
    tables: { near: tableOf(1), few: tableOf(2) },
    vectors: {
      taste: { rows, width: 16 },
      given: { rows: rows.slice(0, 16 * 40), width: 16, items: Uint32Array.from({ length: 40 }, (_, n) => 7 * n) },
    },
    longest: 64,
    boards: boardsFor(4),
    ...(thread === undefined ? {} : { thread }),
  })
  const parts: TastePart[] = [
    { name: "near", isTable: true, by: ({ seeds }) => ({ history: seeds }) },
    { name: "few", isTable: true, by: ({ recent }) => ({ history: recent }) },
    { name: "taste", isTable: false, by: ({ seeds }) => ({ history: seeds }) },
    { name: "given", isTable: false, by: ({ seeds }) => ({ vector: Float32Array.from({ length: 16 }, (_, d) => seeds[0]! % (d + 2)) }) },
  ]
  return tasteBoards(board, parts)
}

/** Forty requests at once, each asking its four parts as a funnel does, then reading scores. */
async function answers(of: Awaited<ReturnType<typeof boards>>) {
  const chance = random(9)
  const queries = Array.from({ length: 40 }, () => {
    const seeds = Uint32Array.from({ length: 1 + chance.integer(20) }, () => chance.integer(ITEMS))
    return { seeds, recent: seeds.slice(0, 3), seen: seeds } as unknown as RecommendationQuery
  })
  return Promise.all(
    queries.map(async (query) => {
      const found = await Promise.all([0, 1, 2, 3].map(async (part) => of.best(part, query, 25)))
      const read = [0, 1, 2, 3].map((part) => {
        const { read, best } = of.of(part, query)
        return [best, ...read(Uint32Array.of(0, 5, 7, 299), new Float32Array(4))]
      })
      return { found: found.map(({ ids, scores }) => [[...ids], [...scores]]), read, deeper: [...(await of.best(2, query, 60)).ids] }
    }),
  )
}

test("what a thread scores for many requests at once is what one thread scores", async () => {
  const thread = await openKernelThread({ busyShare: 0 })
  const [beside, alone] = [await answers(await boards(thread)), await answers(await boards())]
  expect(beside).toEqual(alone)
  await thread.close()
  expect(await answers(await boards(thread)), "and so it goes on when the thread has ended").toEqual(alone)
})
