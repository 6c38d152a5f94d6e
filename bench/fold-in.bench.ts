// Folding people into factors from their history: `npm run bench -- fold-in FOLDER` with the folder of rec-ml-1m-implicit. How long it takes, in CPU
// time of one call, and whether people and items lie in one space: what somebody came to like (the test part) beside what they never took up.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { random, sparseRow } from "../src/core/index.ts"
import { bootstrapInterval } from "../src/metrics/index.ts"
import { type FactorModel, implicitAls } from "../src/models/index.ts"
import { type ImplicitData, movieLens1m } from "./implicit-data.ts"

const folder = process.argv[2] ?? join("..", "shared", "data", "rec-ml-1m-implicit")
const CALLS = 2000
const WARM = 500

/** CPU microseconds of each call, sorted. */
function timed(call: (at: number) => void): Float64Array {
  for (let at = 0; at < WARM; at++) call(at)
  const took = Float64Array.from({ length: CALLS }, (_, at) => {
    const before = process.cpuUsage()
    call(at)
    const { user, system } = process.cpuUsage(before)
    return user + system
  })
  return took.sort()
}

/** For each person: whether liked items are nearer than others on average, and how often one is nearer than another; by cosine and by product. */
function nearness({ train, test }: ImplicitData, model: FactorModel, isCosine: boolean) {
  const { items, stride, itemFactors } = model
  const norms = Float64Array.from({ length: items }, (_, item) =>
    isCosine ? Math.hypot(...itemFactors.subarray(item * stride, (item + 1) * stride)) || 1 : 1,
  )
  const [nearer, often]: [number[], number[]] = [[], []]
  const scores = new Float32Array(items)
  for (let user = 0; user < test.rows; user++) {
    const liked = sparseRow(test, user)
    if (liked.length === 0) continue
    const own = sparseRow(train, user)
    model.scores(own, scores)
    const kind = new Uint8Array(items)
    for (const item of own) kind[item] = 2
    for (const item of liked) kind[item] = 1
    const of = (which: number) => Float64Array.from(scores, (score, item) => score / norms[item]!).filter((_, item) => kind[item] === which)
    const [near, far] = [of(1), of(0).sort()]
    nearer.push(mean(near) > mean(far) ? 1 : 0)
    often.push(mean(near.map((value) => below(far, value) / far.length)))
  }
  return { nearer: bootstrapInterval(nearer, { seed: 7 }), often: bootstrapInterval(often, { seed: 7 }) }
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

/** How many of sorted values are below one. */
function below(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

if (!existsSync(folder)) console.log(`fold-in: no data in ${folder}; name the folder of rec-ml-1m-implicit`)
else {
  const data = movieLens1m(folder)
  const lines: string[] = []
  console.log(
    "| factors | history | fold in, CPU us p50 | p99 | fold in and score all items, p50 | p99 |\n| --- | --- | --- | --- | --- | --- |",
  )
  for (const factors of [64, 128]) {
    const model = await implicitAls({ factors, threads: 2 }).fit(data.train, { seed: 7 })
    const chance = random(7)
    const scores = new Float32Array(model.items)
    const all = Uint32Array.from({ length: model.items }, (_, item) => item)
    for (const length of [20, 150, 1000]) {
      const histories = Array.from({ length: 50 }, () => chance.shuffle(all.slice()).slice(0, length).sort())
      const cells = [
        timed((at) => void model.foldIn(histories[at % histories.length]!)),
        timed((at) => model.scores(histories[at % histories.length]!, scores)),
      ].flatMap((took) => [took[CALLS >> 1]!, took[Math.floor(0.99 * CALLS)]!])
      console.log(`| ${factors} | ${length} | ${cells.join(" | ")} |`)
    }
    for (const isCosine of [true, false]) {
      const { nearer, often } = nearness(data, model, isCosine)
      const show = (found: typeof nearer) => `${found.mean.toFixed(4)} [${found.low.toFixed(4)}, ${found.high.toFixed(4)}]`
      lines.push(`| ${factors} | ${isCosine ? "cosine" : "product"} | ${show(nearer)} | ${show(often)} |`)
    }
  }
  console.log(
    "\n| factors | near by | people whose liked items are nearer than random | a liked one is nearer than a random one |\n| --- | --- | --- | --- |",
  )
  console.log(lines.join("\n"))
}
