// Imbalance, splits and quantity on real data: resampling beside imbalanced-learn, SMOTE against dimension, label noise, learning curve.
// usage: npm run bench -- sampling [vehicle | speed | dimension | noise | curve | splits]
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Matrix, matrix, random } from "../src/core/index.ts"
import {
  checkTimeOrder,
  classCounts,
  classWeights,
  downSample,
  learningCurve,
  plateau,
  priorCorrected,
  rowWeights,
  smote,
  splitByRatio,
  splitByTime,
  splitStratified,
  upSample,
  withLabelNoise,
} from "../src/data/index.ts"
import { auc, averagePrecisionScore, bootstrapInterval, logLoss } from "../src/metrics/index.ts"
import { regression } from "../src/models/index.ts"
import { type Examples, frappe, meanAndInterval, printTable, takeExamples, vehicle } from "./experiments/real.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const parts: Readonly<Record<string, () => Promise<void>>> = { vehicle: resampling, speed, dimension, noise, curve, splits }
const SEEDS = [1, 2, 3, 4, 5]

/** Dense rows of sparse ones. */
function dense({ rows }: Examples): Matrix {
  const full = matrix(rows.rows, rows.cols)
  for (let row = 0; row < rows.rows; row++) {
    for (let at = rows.offsets[row]!; at < rows.offsets[row + 1]!; at++) full.data[row * rows.cols + rows.indices[at]!] = 1
  }
  return full
}

function rowsOf({ data, cols }: Matrix, places: ArrayLike<number>): Matrix {
  const taken = matrix(places.length, cols)
  for (let i = 0; i < places.length; i++) taken.data.set(data.subarray(places[i]! * cols, (places[i]! + 1) * cols), i * cols)
  return taken
}

const concat = (a: Matrix, b: Matrix): Matrix => matrix(a.rows + b.rows, a.cols, joined(a.data, b.data))
function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

interface Measured {
  readonly rows: number
  readonly cpu: number
  readonly auc: number
  readonly ap: number
  readonly recall: number
  readonly loss: number
  readonly corrected: number
  readonly gap: number
}

/** Vehicle insurance, years 1994-95 to train and 1996 to test, logistic regression with C = 0.1 as the reference's. */
async function resampling(): Promise<void> {
  const all = vehicle()
  if (all === undefined) return
  const places = (years: (year: number) => boolean) => Array.from(all.years.keys()).filter((row) => years(all.years[row]!))
  const [train, test] = [
    takeExamples(
      all,
      places((year) => year < 1996),
    ),
    takeExamples(
      all,
      places((year) => year === 1996),
    ),
  ]
  const [trainRows, testRows] = [dense(train), dense(test)]
  const prior = train.labels.reduce((sum, label) => sum + label, 0) / train.labels.length

  async function measure(rows: Matrix, labels: Float32Array, weights?: Float32Array): Promise<Measured> {
    const before = process.cpuUsage()
    const model = await regression({ family: "logistic", l2: 10 }).fit(
      { rows, targets: labels, ...(weights ? { weights } : {}) },
      { seed: 1 },
    )
    const { user, system } = process.cpuUsage(before)
    const scores = model.predict(testRows)
    const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? labels.length
    const trainPrior = labels.reduce((sum, label, row) => sum + label * (weights?.[row] ?? 1), 0) / total
    const corrected = scores.map((p) => priorCorrected(p, { trainPrior, truePrior: prior }))
    const positives = test.labels.reduce((sum, label) => sum + label, 0)
    return {
      ...{ rows: rows.rows, cpu: (user + system) / 1e6, auc: auc(test.labels, scores)!, ap: averagePrecisionScore(test.labels, scores)! },
      recall: scores.reduce((sum, p, row) => sum + (p >= 0.5 && test.labels[row] === 1 ? 1 : 0), 0) / positives,
      ...{ loss: logLoss(test.labels, scores), corrected: logLoss(test.labels, corrected) },
      gap: auc(labels, model.predict(rows), weights)! - auc(test.labels, scores)!,
    }
  }

  const negatives = Array.from(train.labels.keys()).filter((row) => train.labels[row] === 0)
  const minority = rowsOf(
    trainRows,
    Array.from(train.labels.keys()).filter((row) => train.labels[row] === 1),
  )
  const methods: Readonly<Record<string, (seed: number) => Promise<Measured>>> = {
    "as it is": () => measure(trainRows, train.labels),
    "class weights": () => measure(trainRows, train.labels, rowWeights(train.labels, classWeights(classCounts(train.labels)))),
    "down-sampled": (seed) => {
      const { rows } = downSample(train.labels, { seed })
      return measure(
        rowsOf(trainRows, rows),
        Float32Array.from(rows, (row) => train.labels[row]!),
      )
    },
    "up-sampled": (seed) => {
      const { rows } = upSample(train.labels, { seed })
      return measure(
        rowsOf(trainRows, rows),
        Float32Array.from(rows, (row) => train.labels[row]!),
      )
    },
    SMOTE: async (seed) => {
      const made = (await smote(minority, { seed, count: negatives.length - minority.rows })).rows
      const labels = joined(train.labels, new Float32Array(made.rows).fill(1))
      return measure(concat(trainRows, made), labels)
    },
  }
  const table: (string | number)[][] = []
  for (const [name, run] of Object.entries(methods)) {
    const found: Measured[] = []
    for (const seed of SEEDS) found.push(await run(seed))
    const column = (key: keyof Measured) => meanAndInterval(found.map((one) => one[key]))
    const cpu = found.map(({ cpu }) => cpu).sort((a, b) => a - b)[2]!
    table.push([
      name,
      found[0]!.rows,
      cpu.toFixed(2),
      column("auc"),
      column("ap"),
      column("recall"),
      column("loss"),
      column("corrected"),
      column("gap"),
    ])
  }
  const head = ["rows", "CPU s", "AUC", "average precision", "recall at 0.5", "log loss", "corrected", "AUC train - test"]
  console.log("vehicle insurance, train 1994-95, test 1996, 5 seeds, mean and 95 % interval")
  printTable(["trommel", ...head], table)
  const peer = imbalancedLearn(trainRows, train.labels, testRows, test.labels)
  if (peer === undefined) console.log("imbalanced-learn is missing: set PEERS_PYTHON to a Python with it for the peer's table")
  else {
    const rows = Object.entries(peer.methods).map(([name, { rows, cpu, auc: areas, ap, recall }]) => [
      name,
      rows,
      cpu.toFixed(2),
      ...[areas, ap, recall].map(meanAndInterval),
    ])
    printTable([`imbalanced-learn ${peer.version}, scikit-learn`, ...head.slice(0, 5)], rows)
  }
}

interface Peer {
  readonly version: string
  readonly methods: Readonly<Record<string, { rows: number; cpu: number; auc: number[]; ap: number[]; recall: number[] }>>
}

function imbalancedLearn(
  ...[trainRows, trainLabels, testRows, testLabels]: [Matrix, Float32Array, Matrix, Float32Array]
): Peer | undefined {
  const folder = mkdtempSync(join(tmpdir(), "sampling-"))
  const write = (name: string, values: Float32Array) =>
    writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  write("train.f32", trainRows.data)
  write("train-labels.f32", trainLabels)
  write("test.f32", testRows.data)
  write("test-labels.f32", testLabels)
  const args = [join(root, "bench", "peers", "imbalance.py"), "compare", folder, String(trainRows.cols)]
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", args, { encoding: "utf8" })
  rmSync(folder, { recursive: true })
  return done.status === 0 ? JSON.parse(done.stdout) : undefined
}

/** SMOTE of 4,000 rows of the rare class, 40,000 made, neighbours looked for among all. */
async function speed(): Promise<void> {
  const table: (string | number)[][] = []
  for (const cols of [10, 50]) {
    const draw = random(1)
    const minority = matrix(
      4000,
      cols,
      Float32Array.from({ length: 4000 * cols }, () => draw.normal()),
    )
    const times: number[] = []
    for (let turn = 0; turn < 4; turn++) {
      const before = process.cpuUsage()
      await smote(minority, { seed: turn, count: 40_000 })
      const { user, system } = process.cpuUsage(before)
      if (turn > 0) times.push((user + system) / 1e6)
    }
    const folder = mkdtempSync(join(tmpdir(), "smote-"))
    writeFileSync(join(folder, "minority.f32"), new Uint8Array(minority.data.buffer))
    const done = spawnSync(
      process.env.PEERS_PYTHON ?? "python3",
      [join(root, "bench", "peers", "imbalance.py"), "speed", folder, String(cols)],
      { encoding: "utf8" },
    )
    rmSync(folder, { recursive: true })
    const peer = done.status === 0 ? (JSON.parse(done.stdout) as { cpu: number[] }).cpu.sort((a, b) => a - b)[1]! : Number.NaN
    const own = times.sort((a, b) => a - b)[1]!
    table.push([`4,000 x ${cols}, 40,000 made`, own.toFixed(2), peer.toFixed(2), (own / peer).toFixed(2)])
  }
  printTable(["SMOTE, k = 5", "CPU s", "imbalanced-learn", "ratio"], table)
}

/** What SMOTE gains as columns without signal are added: 40 rare rows among 1,000, five nearest neighbours vote. */
async function dimension(): Promise<void> {
  const table: (string | number)[][] = []
  for (const cols of [2, 5, 10, 20, 50, 100, 200]) {
    const found: Record<string, number[]> = { plain: [], one: [], smote: [], gain: [], specificity: [] }
    for (const seed of SEEDS) {
      const [train, test] = [cloud(1000, cols, seed), cloud(1500, cols, seed + 100)]
      const rare = Array.from(train.labels.keys()).filter((row) => train.labels[row] === 1)
      const made = (await smote(rowsOf(train.rows, rare), { seed, count: 1000 - 2 * rare.length })).rows
      const smoted = { rows: concat(train.rows, made), labels: joined(train.labels, new Float32Array(made.rows).fill(1)) }
      const [plain, more] = [votes(train, test.rows), votes(smoted, test.rows)]
      const [majority, one, synthetic] = [right(test, plain, 3), right(test, plain, 1), right(test, more, 3)]
      const values = { plain: majority.gMean, one: one.gMean, smote: synthetic.gMean, specificity: synthetic.specificity }
      for (const [name, value] of Object.entries(values)) found[name]!.push(value)
      found.gain!.push(auc(test.labels, more)! - auc(test.labels, plain)!)
    }
    table.push([cols, ...Object.values(found).map(meanAndInterval)])
  }
  console.log("SMOTE by dimension: signal in two columns, 4 % rare, the votes of 5 neighbours, 5 seeds")
  printTable(["columns", "G-mean as it is", "one vote enough", "SMOTE", "AUC SMOTE adds", "specificity of SMOTE"], table)
}

interface Cloud {
  readonly rows: Matrix
  readonly labels: Float32Array
}

function cloud(rows: number, cols: number, seed: number): Cloud {
  const draw = random(seed)
  const labels = Float32Array.from({ length: rows }, (_, row) => (row % 25 === 0 ? 1 : 0))
  const data = Float32Array.from(
    { length: rows * cols },
    (_, at) => draw.normal() + (at % cols < 2 && labels[Math.floor(at / cols)] === 1 ? 1.5 : 0),
  )
  return { rows: matrix(rows, cols, data), labels }
}

/** How many of the five nearest rows are rare. */
function votes({ rows, labels }: Cloud, asked: Matrix): Float32Array {
  return Float32Array.from({ length: asked.rows }, (_, row) => {
    const best = new Float64Array(5).fill(Infinity)
    const says = new Float32Array(5)
    for (let other = 0; other < rows.rows; other++) {
      let sum = 0
      const [a, b] = [row * rows.cols, other * rows.cols]
      for (let col = 0; col < rows.cols && sum < best[4]!; col++) sum += (asked.data[a + col]! - rows.data[b + col]!) ** 2
      if (sum >= best[4]!) continue
      let place = 4
      for (; place > 0 && best[place - 1]! > sum; place--) {
        best[place] = best[place - 1]!
        says[place] = says[place - 1]!
      }
      best[place] = sum
      says[place] = labels[other]!
    }
    return says.reduce((sum, label) => sum + label, 0)
  })
}

/** The geometric mean of recall and specificity when so many votes make a row rare. */
function right({ labels }: Cloud, counts: Float32Array, from: number): { readonly gMean: number; readonly specificity: number } {
  const [hits, all] = [[0, 0] as [number, number], [0, 0] as [number, number]]
  for (const [row, label] of labels.entries()) {
    const side = label === 1 ? 1 : 0
    all[side]++
    if (counts[row]! >= from === (label === 1)) hits[side]++
  }
  return { gMean: Math.sqrt((hits[0] / all[0]) * (hits[1] / all[1])), specificity: hits[0] / all[0] }
}

/** Frappe: sparse logistic regression, penalty picked on a tenth of train. */
async function fitFrappe({ rows, labels }: Examples, l2: number) {
  return regression({ family: "logistic", l2 }).fit({ rows, targets: labels }, { seed: 1 })
}

async function pickL2(train: Examples): Promise<number> {
  const split = splitStratified(train.labels, { test: 0, validation: 0.1 }, { seed: 1 })
  const [inner, held] = [takeExamples(train, split.train), takeExamples(train, split.validation)]
  const tried: [number, number][] = []
  for (const l2 of [0.1, 0.3, 1, 3, 10]) tried.push([auc(held.labels, (await fitFrappe(inner, l2)).predictSparse(held.rows))!, l2])
  return tried.sort((a, b) => b[0] - a[0])[0]![1]
}

/** Labels of train turned at 0 to 40 %; test as it is. */
async function noise(): Promise<void> {
  const [train, test] = [frappe("train-57k"), frappe("test")]
  if (train === undefined || test === undefined) return
  const l2 = await pickL2(train)
  const table: (string | number)[][] = []
  for (const rate of [0, 0.05, 0.1, 0.2, 0.3, 0.4]) {
    const row: (string | number)[] = [`${100 * rate} %`]
    for (const kind of ["both", "positives", "negatives"] as const) {
      const areas: number[] = []
      for (const seed of rate === 0 ? [1] : SEEDS.slice(0, 3)) {
        const model = await fitFrappe({ rows: train.rows, labels: withLabelNoise(train.labels, rate, { seed, kind }) }, l2)
        areas.push(auc(test.labels, model.predictSparse(test.rows))!)
      }
      row.push(meanAndInterval(areas))
    }
    table.push(row)
  }
  console.log(`frappe, labels of train turned, AUC on test, logistic regression with l2 ${l2} picked on clean validation`)
  printTable(["turned", "both", "positives alone", "negatives alone"], table)
}

/** AUC against rows of train, and where it stops paying. */
async function curve(): Promise<void> {
  const [train, test] = [frappe("train-57k"), frappe("test")]
  if (train === undefined || test === undefined) return
  const split = splitStratified(train.labels, { test: 0, validation: 0.15 }, { seed: 1 })
  const held = takeExamples(train, split.validation)
  const l2 = await pickL2(train)
  const points = await learningCurve({
    rows: split.train,
    sizes: [100, 300, 1000, 3000, 6000, 12_000, 24_000, 36_000, split.train.length],
    seed: 1,
    repeats: 3,
    measure: async (rows) => auc(held.labels, (await fitFrappe(takeExamples(train, rows), l2)).predictSparse(held.rows))!,
  })
  console.log("frappe, AUC on validation by rows of train, 3 samples a size")
  printTable(
    ["rows", "AUC", "deviation"],
    points.map(({ rows, quality, deviation }) => [rows, quality.toFixed(4), deviation.toFixed(4)]),
  )
  for (const tolerance of [0.01, 0.005, 0.002])
    console.log(`plateau at a tolerance of ${tolerance}: ${plateau(points, tolerance).rows ?? "not reached"}`)
  console.log(
    `last doubling: ${plateau(points, 0.01).lastDoubling.toFixed(4)}; test with all rows: ${auc(test.labels, (await fitFrappe(train, l2)).predictSparse(test.rows))!.toFixed(4)}\n`,
  )
}

/** Claims: a random split beside one by time, with the same sizes. */
async function splits(): Promise<void> {
  const all = vehicle()
  if (all === undefined) return
  const times = Float64Array.from(all.years)
  const byTime = splitByTime(times, { test: 0.26 })
  checkTimeOrder(byTime, times)
  const table: (string | number)[][] = []
  const area = async (train: Uint32Array, test: Uint32Array) => {
    const [fitted, held] = [takeExamples(all, train), takeExamples(all, test)]
    const model = await regression({ family: "logistic", l2: 10 }).fit({ rows: fitted.rows, targets: fitted.labels }, { seed: 1 })
    const scores = model.predictSparse(held.rows)
    return { area: auc(held.labels, scores)!, scores, labels: held.labels }
  }
  const time = await area(byTime.train, byTime.test)
  const draw = random(1)
  const resampled = Array.from({ length: 400 }, () => {
    const rows = Uint32Array.from(time.labels, () => draw.integer(time.labels.length))
    return auc(
      Float32Array.from(rows, (row) => time.labels[row]!),
      Float32Array.from(rows, (row) => time.scores[row]!),
    )!
  }).sort((a, b) => a - b)
  const chance: number[] = []
  for (const seed of SEEDS) {
    const split = splitByRatio(all.labels.length, { test: byTime.test.length / all.labels.length }, { seed })
    chance.push((await area(split.train, split.test)).area)
  }
  table.push(["by time (1994-95, 1996)", `${time.area.toFixed(4)} [${resampled[10]!.toFixed(4)}, ${resampled[389]!.toFixed(4)}]`])
  table.push(["at random, 5 seeds", `${meanAndInterval(chance)}`])
  const over = bootstrapInterval(
    chance.map((value) => value - time.area),
    { seed: 1 },
  )
  table.push(["a random split overstates by", `${over.mean.toFixed(4)} [${over.low.toFixed(4)}, ${over.high.toFixed(4)}]`])
  printTable(["vehicle insurance, logistic regression", "AUC on test"], table)
}

for (const name of process.argv[2] === undefined ? Object.keys(parts) : process.argv.slice(2)) await parts[name]!()
