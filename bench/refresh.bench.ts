// Item vectors refreshed between trainings: `npm run bench -- refresh FOLDER` with the folder of rec-ml-1m-implicit. A twentieth of the films comes
// after training, a third of the people are seen since, with all they took; the others are asked for, by what they took of the older films.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { random, type SparseMatrix, sparseMatrix, sparseRow, topK, transpose } from "../src/core/index.ts"
import { evaluateRanking, type MetricResult } from "../src/metrics/index.ts"
import { type FactorModel, factorModel, implicitAls, refreshedItem, vectorNorms } from "../src/models/index.ts"
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

/** Every item solved again with the people of a window, as a server does with those who took it up lately. */
function refresh(model: FactorModel, window: SparseMatrix, { takers, ...bound }: { readonly takers: number; readonly maxDrift?: number }) {
  const { stride, itemFactors, items, factors, rule } = model
  const side = model.itemSide!
  const norms = Float64Array.from({ length: items }, (_, item) => Math.hypot(...itemFactors.subarray(item * stride, (item + 1) * stride)))
  const people = Array.from({ length: window.rows }, (_, user) => {
    const history = sparseRow(window, user)
    return history.length === 0 ? undefined : model.foldIn(history).slice()
  })
  const lengths = vectorNorms(itemFactors, stride)
  const byItem = transpose(window)
  const cameShare = people.filter((one) => one !== undefined).length / side.people
  const moved = itemFactors.slice()
  const drifts: number[] = []
  for (let item = 0; item < items; item++) {
    const all = sparseRow(byItem, item)
    const own = [...all].slice(-takers).map((user) => people[user]!)
    const trained = itemFactors.subarray(item * stride, (item + 1) * stride)
    const vector = refreshedItem(
      side,
      trained,
      { count: side.counts[item]!, takers: own, taken: all.length, cameShare },
      { norms: lengths, ...bound },
    )
    moved.set(vector, item * stride)
    if (norms[item]! > 0) drifts.push(Math.hypot(...vector.map((value, d) => value - trained[d]!)) / norms[item]!)
  }
  const mean = drifts.reduce((sum, one) => sum + one, 0) / drifts.length
  return { model: factorModel(moved, items, factors, rule), mean, most: drifts.reduce((a, b) => Math.max(a, b), 0) }
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
  const refreshed = (takers: number, maxDrift?: number) =>
    cpu(async () => refresh(trained.result, window, { takers, ...(maxDrift === undefined ? {} : { maxDrift }) }))
  console.log(`| ${drawn.length} new films | NDCG@${K} | among new films | drift, mean and most | CPU s |\n| --- | --- | --- | --- | --- |`)
  const show = async (name: string, model: FactorModel, drift: string, seconds: number) => {
    const cells = (await quality(data, known, isNew, model)).map(
      ({ mean, low, high }: MetricResult) => `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
    )
    console.log(`| ${name} | ${cells.join(" | ")} | ${drift} | ${seconds.toFixed(2)} |`)
  }
  await show("as trained", trained.result, "0", trained.seconds)
  for (const [takers, maxDrift] of [[32], [64], [128], [Number.POSITIVE_INFINITY], [64, 0.1]] as const) {
    const { result, seconds } = await refreshed(takers, maxDrift)
    const what = `refreshed, ${Number.isFinite(takers) ? `the newest ${takers}` : "all"} people of each item${maxDrift === undefined ? "" : `, steps up to ${maxDrift}`}`
    await show(what, result.model, `${result.mean.toFixed(3)}, ${result.most.toFixed(3)}`, seconds)
  }
  const anew = await cpu(() => als.fit(everything, { seed: SEED }))
  await show("trained anew on both", anew.result, "", anew.seconds)
}
