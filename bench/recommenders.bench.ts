// Item recommenders side by side on one fixed split: `npm run bench -- recommenders DATA` with the folder that holds rec-ml-1m-implicit and
// rec-amazon-instruments. Hyper-parameters are picked by NDCG@20 on an inner split of the training part; the test part is ranked once.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { columnCounts, scoreHistory, sparseHas, sparseRow, topK } from "../src/core/index.ts"
import { evaluateRanking, type RankingReport } from "../src/metrics/index.ts"
import {
  bpr,
  type FactorModel,
  implicitAls,
  itemNeighbours,
  popularity,
  prepareEase,
  rp3Beta,
  spectral,
  spectralScores,
} from "../src/models/index.ts"
import { type ImplicitData, innerSplit, instruments, movieLens1m } from "./implicit-data.ts"
import { intervalChart } from "./interval-chart.ts"

const K = 20
const SEED = 7
const METRICS = ["ndcg", "recall", "mrr", "map", "novelty", "diversity", "popularityBias"]
const folder = process.argv[2] ?? join("..", "shared", "data")
const charts = fileURLToPath(new URL("../../bench/charts", import.meta.url))

/** Scores of every item for a history. */
type Score = (history: Uint32Array, out: Float32Array) => void
/** One kind of model: candidates of its hyper-parameters, and how to fit one. */
interface Subject<Config> {
  readonly name: string
  readonly tries: readonly Config[]
  learn(data: ImplicitData, config: Config): Promise<Score>
}

const subject = <Config>(one: Subject<Config>): Subject<unknown> => one as Subject<unknown>
const scored =
  (model: FactorModel): Score =>
  (history, out) =>
    model.scores(history, out)

const als = (
  name: string,
  factors: number,
  tries: readonly { readonly l2: number; readonly unobserved: number }[],
  regularisation: "frequency" | "plain" = "frequency",
) =>
  subject({
    name,
    tries,
    learn: async ({ train }, config: { readonly l2: number; readonly unobserved: number }) =>
      scored(await implicitAls({ factors, regularisation, threads: 2, ...config }).fit(train, { seed: SEED })),
  })

function subjects(data: ImplicitData): readonly Subject<unknown>[] {
  const perItem = data.train.indices.length / data.train.cols
  const grid = [0.003, 0.01, 0.03, 0.1].flatMap((l2) => [0.1, 0.2, 0.4].map((unobserved) => ({ l2, unobserved })))
  return [
    subject({
      name: "popularity",
      tries: [0],
      async learn({ train }) {
        const { scores } = await popularity().fit({ items: train.indices, itemCount: train.cols }, { seed: SEED })
        return (_history, out) => out.set(scores)
      },
    }),
    subject({
      name: "item neighbours",
      tries: [0, 16, 64, 256],
      async learn({ train }, shrinkage: number) {
        const { table } = await itemNeighbours({ neighbours: 100, shrinkage }).fit(train, { seed: SEED })
        return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
      },
    }),
    subject({
      name: "RP3beta",
      tries: [0.3, 0.6, 0.9].flatMap((beta) => [0.7, 1].map((alpha) => ({ alpha, beta }))),
      async learn({ train }, config: { readonly alpha: number; readonly beta: number }) {
        const { table } = await rp3Beta(config).fit(train, { seed: SEED })
        return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
      },
    }),
    subject({
      name: "BPR, 64",
      tries: [{ l2: 0.01 }, { l2: 0.003 }, { l2: 0.02, learningRate: 0.03 }],
      learn: async ({ train }, config: { readonly l2: number; readonly learningRate?: number }) =>
        scored(await bpr(config).fit(train, { seed: SEED })),
    }),
    subject({
      name: "spectral, 64",
      tries: [0],
      async learn({ train }) {
        const model = await spectral().fit(train, { seed: SEED })
        return (history, out) => spectralScores(model, history, out)
      },
    }),
    als(
      "ALS plain, 64",
      64,
      [2, 4, 8, 16, 32].map((l2) => ({ l2, unobserved: 1 / 3 })),
      "plain",
    ),
    als("ALS frequency-scaled, 64", 64, grid),
    als("ALS frequency-scaled, 128", 128, [
      { l2: 0.01, unobserved: 0.2 },
      { l2: 0.01, unobserved: 0.1 },
      { l2: 0.02, unobserved: 0.2 },
    ]),
    subject({
      name: "EASE",
      tries: [0.3, 1, 3, 10, 30].map((times) => Number((times * perItem).toPrecision(3))),
      async learn({ train }, l2: number) {
        const prepared = await prepareEase(train)
        const { table } = await prepared.fit(Math.max(l2, prepared.leastL2), { seed: SEED })
        return (history, out) => void scoreHistory(table, history, undefined, out.fill(0))
      },
    }),
  ]
}

/** Ranks every item outside the history for everybody with a held-out item. */
async function judge({ train, test, categories }: ImplicitData, score: Score, metrics = METRICS): Promise<RankingReport> {
  const counts = columnCounts(train)
  const people = Array.from({ length: test.rows }, (_, user) => user).filter((user) => sparseRow(test, user).length > 0)
  const lengths = people.map((user) => sparseRow(train, user).length).sort((a, b) => a - b)
  const [third, two] = [lengths[Math.floor(lengths.length / 3)]!, lengths[Math.floor((2 * lengths.length) / 3)]!]
  const scores = new Float32Array(train.cols)
  const skip = new Uint8Array(train.cols)
  const shares = new Map(categories.map((list, item) => [item, new Set(list)]))
  return evaluateRanking<number, number>({
    queries: people,
    metrics: metrics.filter((name) => name !== "diversity" || categories.some((list) => list.length > 0)),
    k: K,
    seed: SEED,
    truth: (user) => new Set(sparseRow(test, user)),
    history: (user) => [...sparseRow(train, user)],
    catalogue: Array.from({ length: train.cols }, (_, item) => item),
    context: {
      popularity: (item) => counts[item]! / train.rows,
      popularityFloor: 1 / train.rows,
      similarity(a, b) {
        const [x, y] = [shares.get(a)!, shares.get(b)!]
        const both = [...x].filter((one) => y.has(one)).length
        return x.size + y.size === 0 ? 0 : both / (x.size + y.size - both)
      },
    },
    segments(user) {
      const length = sparseRow(train, user).length
      return { people: length <= third ? "short histories" : length <= two ? "middle" : "long histories" }
    },
    rank(user, limit) {
      const history = sparseRow(train, user)
      score(history, scores)
      for (const item of history) skip[item] = 1
      const best = topK(scores, limit, { skip })
      for (const item of history) skip[item] = 0
      return [...best]
    },
  })
}

/** Recall@20 over the popular fifth of the items and over the rest. */
function headAndTail({ train, test }: ImplicitData, score: Score): { readonly head: number; readonly tail: number } {
  const counts = columnCounts(train)
  const order = Uint32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]!)
  const isHead = new Uint8Array(train.cols)
  for (const item of order.subarray(0, Math.ceil(train.cols / 5))) isHead[item] = 1
  const [hits, all] = [
    [0, 0],
    [0, 0],
  ]
  const scores = new Float32Array(train.cols)
  const skip = new Uint8Array(train.cols)
  for (let user = 0; user < test.rows; user++) {
    const wanted = sparseRow(test, user)
    if (wanted.length === 0) continue
    const history = sparseRow(train, user)
    score(history, scores)
    for (const item of history) skip[item] = 1
    for (const item of topK(scores, K, { skip })) if (sparseHas(test, user, item)) hits[isHead[item]!]!++
    for (const item of history) skip[item] = 0
    for (const item of wanted) all[isHead[item]!]!++
  }
  return { head: hits[1]! / all[1]!, tail: hits[0]! / all[0]! }
}

async function compare(data: ImplicitData, file: string): Promise<void> {
  const inner = innerSplit(data, 0.2, SEED)
  console.log(`\n### ${data.name}: ${data.train.rows} people, ${data.train.cols} items, ${data.train.indices.length} pairs to learn from\n`)
  const head = [
    "model",
    "picked",
    ...METRICS.map((name) => `${name}@${K}`),
    "coverage",
    "short",
    "middle",
    "long",
    "head recall",
    "tail recall",
    "fit CPU s",
  ]
  console.log(`| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}`)
  const rows: { label: string; values: Record<string, { value: number; low: number; high: number }> }[] = []
  for (const { name, tries, learn } of subjects(data)) {
    let best = { config: tries[0], ndcg: -1 }
    for (const config of tries.length > 1 ? tries : []) {
      const report = await judge(inner, await learn(inner, config), ["ndcg"])
      if (report.metrics.ndcg!.mean > best.ndcg) best = { config, ndcg: report.metrics.ndcg!.mean }
    }
    const before = process.cpuUsage()
    const score = await learn(data, best.config)
    const cpu = process.cpuUsage(before)
    const report = await judge(data, score)
    const cell = (metric: string) => {
      const found = report.metrics[metric]
      return found === undefined ? "-" : `${found.mean.toFixed(4)} [${found.low.toFixed(4)}, ${found.high.toFixed(4)}]`
    }
    const segment = (part: string) => report.segments.people?.[part]?.metrics.ndcg?.mean.toFixed(4) ?? "-"
    const { head: onHead, tail } = headAndTail(data, score)
    const picked = tries.length > 1 ? JSON.stringify(best.config) : "-"
    const cells = [
      name,
      picked,
      ...METRICS.map(cell),
      report.exposure!.coverage.toFixed(4),
      segment("short histories"),
      segment("middle"),
      segment("long histories"),
      onHead.toFixed(4),
      tail.toFixed(4),
      ((cpu.user + cpu.system) / 1e6).toFixed(2),
    ]
    console.log(`| ${cells.join(" | ")} |`)
    const { mean: value, low, high } = report.metrics.ndcg!
    rows.push({ label: name, values: { "NDCG@20": { value, low, high } } })
  }
  mkdirSync(charts, { recursive: true })
  writeFileSync(join(charts, file), intervalChart(data.name, "NDCG@20", rows))
}

const only = process.argv[3]
if (only === undefined || only === "movies") await compare(movieLens1m(join(folder, "rec-ml-1m-implicit")), "recommenders-ml-1m.svg")
if (only === undefined || only === "instruments")
  await compare(instruments(join(folder, "rec-amazon-instruments")), "recommenders-instruments.svg")
