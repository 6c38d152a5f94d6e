// What the advice of a design document rests on: `npm run bench -- planning DATA`, with the folder that holds fraud-mammography and rec-ml-100k.
// How many rows linear models and trees need (the row thresholds of the family advice), and whether one model serves all segments.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type Matrix, matrix, random, scoreHistory, sparseMatrix, sparseRow, topK } from "../src/core/index.ts"
import { auc, ndcgAtK, pairedBootstrap } from "../src/metrics/index.ts"
import { gradientBoosting, logistic, prepareEase } from "../src/models/index.ts"
import { adviseSegments, defaultFamilyThresholds } from "../src/problem/index.ts"

const folder = process.argv[2] ?? join("..", "shared", "data")
const SEEDS = [1, 2, 3]

interface Rows {
  readonly rows: Matrix
  readonly labels: Float32Array
}

/** A known target: log-odds of ten straight effects, four products and two steps over 20 columns; half of the answers are 1. */
function knownTarget(n: number, seed: number): Rows {
  const chance = random(seed)
  const rows = matrix(n, 20)
  const labels = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    const x = rows.data.subarray(row * 20, row * 20 + 20)
    for (let col = 0; col < 20; col++) x[col] = chance.normal()
    let logit = 0
    for (let col = 0; col < 10; col++) logit += (0.4 * x[col]!) / (1 + col / 3)
    for (let pair = 0; pair < 4; pair++) logit += 0.5 * x[2 * pair]! * x[2 * pair + 1]!
    logit += (x[10]! > 0.5 ? 0.8 : -0.3) + (Math.abs(x[11]!) > 1 ? 0.8 : -0.4)
    labels[row] = chance.next() < 1 / (1 + Math.exp(-1.5 * logit)) ? 1 : 0
  }
  return { rows, labels }
}

function mammography(): Rows {
  const lines = gunzipSync(readFileSync(join(folder, "fraud-mammography", "mammography.csv.gz")))
    .toString()
    .trim()
    .split("\n")
    .slice(1)
  random(5).shuffle(lines)
  const cells = lines.map((line) => line.split(",").map(Number))
  return {
    rows: matrix(cells.length, 6, Float32Array.from(cells.flatMap((row) => row.slice(0, 6)))),
    labels: Float32Array.from(cells, (row) => row[6]!),
  }
}

const part = ({ rows, labels }: Rows, from: number, to: number): Rows => ({
  rows: matrix(to - from, rows.cols, rows.data.slice(from * rows.cols, to * rows.cols)),
  labels: labels.slice(from, to),
})

const families = {
  async linear(train: Rows, test: Rows): Promise<number> {
    return auc(test.labels, (await logistic({ l2: 1 }).fit(train, { seed: 1 })).predict(test.rows))!
  },
  async trees(train: Rows, test: Rows): Promise<number> {
    const config = { objective: "logistic", rounds: 150, learningRate: 0.08, maxLeaves: 15, minRows: 10 } as const
    return auc(test.labels, (await gradientBoosting(config).fit(train, { seed: 1 })).predict(test.rows))!
  },
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Quality against rows for both families, where they cross, and how many rows reach 95 % of the way from chance to the best seen. */
async function curves(
  name: string,
  sizes: readonly number[],
  draw: (size: number, seed: number) => { readonly train: Rows; readonly test: Rows },
) {
  console.log(`\n### ${name}\n\n| rows | linear AUC | trees AUC |\n| --- | --- | --- |`)
  const seen: { size: number; linear: number; trees: number }[] = []
  for (const size of sizes) {
    const found = { linear: [] as number[], trees: [] as number[] }
    for (const seed of SEEDS) {
      const { train, test } = draw(size, seed)
      for (const family of ["linear", "trees"] as const) found[family].push(await families[family](train, test))
    }
    const row = { size, linear: mean(found.linear), trees: mean(found.trees) }
    seen.push(row)
    console.log(`| ${size} | ${row.linear.toFixed(4)} | ${row.trees.toFixed(4)} |`)
  }
  const crossing = seen.find(({ linear, trees }) => trees > linear)
  const reached = (family: "linear" | "trees") => {
    const best = Math.max(...seen.map((row) => row[family]))
    return seen.find((row) => row[family] - 0.5 >= 0.95 * (best - 0.5))!.size
  }
  console.log(
    `\nTrees pass linear at ${crossing?.size ?? "no size tried"}; 95 % of the plateau: linear ${reached("linear")}, trees ${reached("trees")} rows.`,
  )
}

/** One model for everybody against one for each segment, by NDCG@10 of each person's newest five films. */
async function segments(): Promise<void> {
  const read = (name: string) =>
    gunzipSync(readFileSync(join(folder, "rec-ml-100k", name)))
      .toString()
      .trim()
      .split("\n")
  const gender = new Map(
    read("u.user.gz")
      .map((line) => line.split("|"))
      .map(([id, , sex]) => [Number(id), sex!]),
  )
  const own = new Map<number, (readonly [item: number, time: number])[]>()
  for (const [user, item, rating, time] of read("u.data.gz").map((line) => line.split("\t").map(Number))) {
    if (rating! >= 4) own.set(user!, [...(own.get(user!) ?? []), [item!, time!]])
  }
  const people = [...own].map(([user, films]) => {
    const items = films.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]).map(([item]) => item)
    return { segment: gender.get(user)!, past: items.slice(0, -5), held: new Set(items.slice(-5)) }
  })
  const fitted = async (who: typeof people) => {
    const rows = who.flatMap(({ past }, row) => past.map(() => row))
    const train = sparseMatrix(
      { rows: who.length, cols: 1683 },
      rows,
      who.flatMap(({ past }) => past),
    )
    const start = process.cpuUsage()
    const { table } = await (await prepareEase(train)).fit(200, { seed: 1 })
    const { user, system } = process.cpuUsage(start)
    const [scores, skip] = [new Float32Array(1683), new Uint8Array(1683)]
    const values = who.map(({ held }, row) => {
      const history = sparseRow(train, row)
      scoreHistory(table, history, undefined, scores.fill(0))
      for (const item of history) skip[item] = 1
      const grades = Uint8Array.from(topK(scores, 10, { skip }), (item) => (held.has(item) ? 1 : 0))
      for (const item of history) skip[item] = 0
      return ndcgAtK(grades, new Uint8Array(held.size).fill(1), 10)
    })
    return { values, cpu: (user + system) / 1e6 }
  }
  const kept = people.filter(({ past }) => past.length >= 5)
  const common = await fitted(kept)
  console.log("\n### One model or one a segment: EASE on MovieLens 100K, ratings of 4 and 5, newest five held out, NDCG@10\n")
  console.log(
    "| segment | people | one model | own model | own minus one, 95 % interval | own model, CPU s |\n| --- | --- | --- | --- | --- | --- |",
  )
  const comparisons = []
  for (const segment of ["F", "M"]) {
    const who = kept.filter((person) => person.segment === segment)
    const apart = await fitted(who)
    const together = common.values.filter((_, at) => kept[at]!.segment === segment)
    const gain = pairedBootstrap(apart.values, together, { seed: 1 })
    comparisons.push({ segment, rows: who.length, gain: { value: gain.mean, low: gain.low, high: gain.high } })
    const cells = [
      mean(together).toFixed(4),
      mean(apart.values).toFixed(4),
      `${gain.mean.toFixed(4)} [${gain.low.toFixed(4)}, ${gain.high.toFixed(4)}]`,
    ]
    console.log(`| ${segment} | ${who.length} | ${cells.join(" | ")} | ${apart.cpu.toFixed(2)} |`)
  }
  const { choose, why } = adviseSegments("ndcg@10", comparisons, 0.002, "this run")
  console.log(`\nOne model takes ${common.cpu.toFixed(2)} CPU s. Advice: ${choose}, since ${why}.`)
}

const test = knownTarget(20_000, 99)
await curves("Known target, 20 columns, test of 20,000 rows", [125, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000], (size, seed) => ({
  train: knownTarget(size, seed),
  test,
}))
if (existsSync(join(folder, "fraud-mammography"))) {
  const all = mammography()
  const [n, held] = [all.labels.length, 3000]
  await curves("Mammography, test of 3,000 rows", [500, 2000, 8000], (size, seed) => {
    const from = (seed - 1) * 90
    return { train: part(all, held + from, held + from + Math.min(size, n - held - from)), test: part(all, 0, held) }
  })
}
console.log(`\nThresholds of the advice: trees from ${defaultFamilyThresholds.trees.value} rows.`)
if (existsSync(join(folder, "rec-ml-100k"))) await segments()
