// How training and scoring of linear models and trees grow with rows, features, passes, trees and depth: exponents with intervals beside theory.
// usage: npm run bench -- complexity [ROUNDS]
// Times are CPU milliseconds of this process, the least of all rounds at each size; sizes are timed in turn. Trees are many where their number or
// depth grows, so that sorting values into bins, done once, counts little; rows are many where those grow, so that a node costs more than nothing.
import { type Matrix, matrix, random } from "../src/core/index.ts"
import { type BoostedModel, type BoostingConfig, gradientBoosting, type LinearModel, sgd } from "../src/models/index.ts"
import {
  type LawToMeasure,
  linearScoringCost,
  linearTrainingCost,
  type MeasuredLaw,
  measureLaw,
  treesScoringCost,
  treesTrainingCost,
} from "../src/problem/index.ts"

const rounds = Number(process.argv[2] ?? 7)
const monotonicMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Rows of normal columns whose labels follow all of them, with noise enough that trees find splits at every depth. */
function noisyRows(n: number, d: number): { readonly rows: Matrix; readonly labels: Float32Array } {
  const draw = random(d)
  const rows = matrix(n, d)
  const labels = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    let score = 0
    for (let col = 0; col < d; col++) {
      const value = draw.normal()
      rows.data[row * d + col] = value
      score += value
    }
    labels[row] = draw.next() < 1 / (1 + Math.exp(-score / Math.sqrt(d))) ? 1 : 0
  }
  return { rows, labels }
}

function fittingLinear(n: number, d: number, epochs: number): () => unknown {
  const { rows, labels } = noisyRows(n, d)
  return () => sgd({ epochs, batchSize: 32 }).fit({ rows, targets: labels }, { seed: 1 })
}

function scoringLinear(d: number): () => unknown {
  const { rows, labels } = noisyRows(2000, d)
  const out = new Float64Array(2000)
  let model: LinearModel | undefined
  return async () => {
    model ??= await sgd({ epochs: 1 }).fit({ rows, targets: labels }, { seed: 1 })
    return model.scores(rows, out)
  }
}

const growing = (rounds: number, maxDepth: number): BoostingConfig => ({
  objective: "logistic",
  growth: "depth",
  rounds,
  maxDepth,
  minRows: 1,
  minHessian: 0,
  bins: 64,
})

function fittingTrees(n: number, d: number, trees: number, depth: number): () => unknown {
  const data = noisyRows(n, d)
  return () => gradientBoosting(growing(trees, depth)).fit(data, { seed: 1 })
}

function scoringTrees(d: number, trees: number, depth: number, count = 1000): () => unknown {
  const data = noisyRows(20_000, d)
  const rows = matrix(count, d, data.rows.data.subarray(0, count * d))
  const out = new Float64Array(count)
  let model: BoostedModel | undefined
  return async () => {
    model ??= await gradientBoosting(growing(trees, depth)).fit(data, { seed: 1 })
    return model.raw(rows, out)
  }
}

const doubling = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * 2 ** i)
const laws: readonly (LawToMeasure & { readonly row: string })[] = [
  {
    row: "SC-14, SC-17",
    work: "fit linear, 32 columns, 4 passes",
    size: "rows",
    sizes: doubling(4000, 5),
    theory: 1,
    prepare: (n) => fittingLinear(n, 32, 4),
  },
  {
    row: "SC-14, SC-17",
    work: "fit linear, 4,000 rows, 4 passes",
    size: "features",
    sizes: doubling(32, 5),
    theory: 1,
    prepare: (d) => fittingLinear(4000, d, 4),
  },
  {
    row: "SC-14, SC-17",
    work: "fit linear, 4,000 rows, 32 columns",
    size: "passes",
    sizes: doubling(4, 5),
    theory: 1,
    prepare: (e) => fittingLinear(4000, 32, e),
  },
  { row: "SC-15, SC-18", work: "score linear", size: "features", sizes: doubling(32, 5), theory: 1, prepare: scoringLinear },
  {
    row: "SC-14, SC-20",
    work: "fit trees, 16 columns, 10 trees of depth 5",
    size: "rows",
    sizes: doubling(32_000, 4),
    theory: 1,
    prepare: (n) => fittingTrees(n, 16, 10, 5),
  },
  {
    row: "SC-14, SC-20",
    work: "fit trees, 16,000 rows, 40 trees of depth 5",
    size: "features",
    sizes: doubling(16, 4),
    theory: 1,
    prepare: (d) => fittingTrees(16_000, d, 40, 5),
  },
  {
    row: "SC-14, SC-20",
    work: "fit trees, 8,000 rows, 16 columns, depth 5",
    size: "trees",
    sizes: doubling(40, 4),
    theory: 1,
    prepare: (t) => fittingTrees(8000, 16, t, 5),
  },
  {
    row: "SC-14, SC-20",
    work: "fit trees, 128,000 rows, 16 columns, 30 trees",
    size: "depth",
    sizes: [3, 4, 5, 6, 7],
    theory: 1,
    prepare: (h) => fittingTrees(128_000, 16, 30, h),
  },
  {
    row: "SC-15, SC-20",
    work: "score trees of depth 6, 16 columns",
    size: "trees",
    sizes: doubling(20, 4),
    theory: 1,
    prepare: (t) => scoringTrees(16, t, 6),
  },
  {
    row: "SC-15, SC-20",
    work: "score 50 trees, 16 columns",
    size: "depth",
    sizes: [3, 4, 5, 6, 7, 8],
    theory: 1,
    prepare: (h) => scoringTrees(16, 50, h),
  },
  {
    row: "SC-20",
    work: "score 64 rows, 500 trees of depth 6: flat",
    size: "features",
    sizes: doubling(16, 4),
    theory: 0,
    prepare: (d) => scoringTrees(d, 500, 6, 64),
  },
]

const show = (...cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 14 : 48) : cell.padStart(16))).join(""))

console.log(
  `calculators: fit linear ${linearTrainingCost({ rows: 4000, features: 32, epochs: 4 }).law}, score linear ${linearScoringCost(32).law}`,
)
const size = { features: 16, trees: 50, depth: 6 }
const { bound, walk } = treesScoringCost(size)
console.log(
  `fit trees ${treesTrainingCost({ rows: 32_000, ...size }).law}, score trees ${bound.law} as often quoted, ${walk.law} as walked`,
)
show("row", "work", "grows with", "exponent", "95 % interval", "theory", "within 0.2", "ms smallest", "ms largest")
const measured: MeasuredLaw[] = []
for (const law of laws) {
  const found = await measureLaw(law, { monotonicMs, rounds, leastMs: 20 })
  measured.push(found)
  const { exponent, interval } = found.law
  const [first, last] = [found.points[0]!, found.points.at(-1)!]
  const isNear = Math.abs(exponent - law.theory) <= 0.2
  const cells = [exponent.toFixed(3), `[${interval.map((end) => end.toFixed(3)).join(", ")}]`, String(law.theory), isNear ? "yes" : "no"]
  show(law.row, law.work, law.size, ...cells, first.ms.toFixed(2), last.ms.toFixed(2))
}
const flat = measured.at(-1)!.points.map(({ ms }) => ms)
console.log(`scoring trees, slowest over fastest width: ${(Math.max(...flat) / Math.min(...flat)).toFixed(3)} (bar 1.10)`)
