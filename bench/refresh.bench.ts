// Item vectors refreshed between trainings: `npm run bench -- refresh FOLDER` with the folder of rec-ml-1m-implicit. A twentieth of the films comes
// after training, a third of the people are seen since, with all they took; the others are asked for, by what they took of the older films.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { columnCounts, random, type SparseMatrix, sparseMatrix, sparseRow, topK } from "../src/core/index.ts"
import { evaluateRanking, type MetricResult } from "../src/metrics/index.ts"
import { type FactorModel, implicitAls, type RefreshOptions, refreshItems } from "../src/models/index.ts"
import { type ImplicitData, movieLens1m } from "./implicit-data.ts"

const folder = process.argv[2] ?? join("..", "shared", "data", "rec-ml-1m-implicit")
const K = 20
const SEED = 7

/** The pairs of a matrix that are kept, in its shape. */
function only({ rows, cols, offsets, indices }: SparseMatrix, keep: (user: number, item: number) => boolean): SparseMatrix {
  const [users, items]: [number[], number[]] = [[], []]
  for (let user = 0; user < rows; user++)
    for (const item of indices.subarray(offsets[user], offsets[user + 1])) {
      if (!keep(user, item)) continue
      users.push(user)
      items.push(item)
    }
  return sparseMatrix({ rows, cols }, users, items)
}

/** NDCG@20 of the test items and all new films that somebody took, over everything outside the history, and over new films alone. */
async function quality({ train, test }: ImplicitData, known: SparseMatrix, isNew: Uint8Array, model: FactorModel) {
  const scores = new Float32Array(known.cols)
  const wanted = (user: number) => [...sparseRow(test, user), ...sparseRow(train, user).filter((item) => isNew[item] === 1)]
  const run = async (ofNew: boolean) => {
    const skip = new Uint8Array(known.cols)
    const report = await evaluateRanking<number, number>({
      queries: Array.from({ length: test.rows }, (_, user) => user).filter((user) => user % 3 !== 0),
      metrics: ["ndcg"],
      k: K,
      seed: SEED,
      truth: (user) => new Set(wanted(user).filter((item) => !ofNew || isNew[item] === 1)),
      rank(user, limit) {
        model.scores(sparseRow(known, user), scores)
        for (let item = 0; item < skip.length; item++) skip[item] = ofNew ? 1 - isNew[item]! : 0
        for (const item of sparseRow(known, user)) skip[item] = 1
        return [...topK(scores, limit, { skip })]
      },
    })
    return report.metrics.ndcg!
  }
  return [await run(false), await run(true)]
}

if (!existsSync(folder)) console.log(`refresh: no data in ${folder}; name the folder of rec-ml-1m-implicit`)
else {
  const data = movieLens1m(folder)
  const { train } = data
  const isNew = new Uint8Array(train.cols)
  const drawn = random(SEED)
    .shuffle(Uint32Array.from(isNew.keys()))
    .subarray(0, Math.round(train.cols / 20))
  for (const item of drawn) isNew[item] = 1
  const known = only(train, (user, item) => user % 3 !== 0 && isNew[item] === 0)
  const window = only(train, (user) => user % 3 === 0)
  const everything = only(train, (user, item) => user % 3 === 0 || isNew[item] === 0)
  const als = implicitAls({ threads: 2 })
  const cpu = async <T>(work: () => Promise<T>) => {
    const before = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    return { result, seconds: (user + system) / 1e6 }
  }
  const trained = await cpu(() => als.fit(known, { seed: SEED }))
  const refreshed = (options: RefreshOptions) =>
    cpu(() => refreshItems({ trained: trained.result, counts: columnCounts(known), window }, { threads: 2, ...options }))
  console.log(`| ${drawn.length} new films | NDCG@${K} | among new films | drift, mean and most | CPU s |\n| --- | --- | --- | --- | --- |`)
  const show = async (name: string, model: FactorModel, drift: string, seconds: number) => {
    const cells = (await quality(data, known, isNew, model)).map(
      ({ mean, low, high }: MetricResult) => `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
    )
    console.log(`| ${name} | ${cells.join(" | ")} | ${drift} | ${seconds.toFixed(2)} |`)
  }
  await show("as trained", trained.result, "0", trained.seconds)
  for (const options of [{ alternations: 1, maxDrift: 0 }, { alternations: 1 }, { maxDrift: 0 }, {}]) {
    const { result, seconds } = await refreshed(options)
    const { mean, most, held } = result.drift
    await show(`refreshed ${JSON.stringify(options)}`, result.model, `${mean.toFixed(3)}, ${most.toFixed(3)} (${held} held)`, seconds)
  }
  const anew = await cpu(() => als.fit(everything, { seed: SEED }))
  await show("trained anew on both", anew.result, "", anew.seconds)
}
