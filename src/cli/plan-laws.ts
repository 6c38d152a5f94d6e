import { type Matrix, matrix, random, throwIfCancelled } from "../core/index.ts"
import { firstTrees, gradientBoosting, type LogisticModel, logistic, sgd, type TreeModel, treeModel } from "../models/index.ts"
import { type LawToMeasure, type MeasuredLaw, measureLaw } from "../problem/index.ts"

/** Sizes that stand while another grows. */
const ROWS = 4000
const COLUMNS = 32
const PASSES = 8
/** Rows a ranker scores for one request, and features of each, as the planner assumes them. */
const SCORED_ROWS = 1000
const SCORED_COLUMNS = 50

/** What a machine needs to score one item, and how its work grows. */
export interface MeasuredLaws {
  readonly laws: readonly MeasuredLaw[]
  readonly scoring: readonly { readonly family: "linear" | "trees"; readonly micros: number; readonly where: string }[]
}

/** Fits the laws of growth of this machine's models on seeded data: rows, features and passes of training, features of scoring. */
export async function measureLaws({ signal, monotonicMs }: { readonly signal: AbortSignal; monotonicMs(): number }): Promise<MeasuredLaws> {
  const timing = { monotonicMs, onSize: () => throwIfCancelled(signal, "trommel plan --measure") }
  const laws: MeasuredLaw[] = []
  for (const law of [...linearLaws(), ...(await treesLaws())]) laws.push(await measureLaw(law, timing))
  const micros = (work: string, size: number) => {
    const { points } = laws.find((law) => law.work === work)!
    return (points.find((point) => point.size === size)!.ms * 1000) / SCORED_ROWS
  }
  const where = `${SCORED_ROWS} rows of ${SCORED_COLUMNS} features, one thread of this machine, feature reads not included`
  return {
    laws,
    scoring: [
      { family: "linear", micros: micros(SCORE_LINEAR, SCORED_COLUMNS), where },
      { family: "trees", micros: micros(SCORE_TREES, MOST_TREES), where: `${MOST_TREES} trees of depth ${DEPTH}; ${where}` },
    ],
  }
}

const FIT_LINEAR = "fit a logistic model"
const SCORE_LINEAR = "score with a logistic model"

function linearLaws(): LawToMeasure[] {
  const trained = (rows: number, columns: number, passes: number) => {
    const { labels, ...data } = noisyRows(rows, columns)
    return () => sgd({ epochs: passes }).fit({ ...data, targets: labels }, { seed: 1 })
  }
  return [
    {
      work: FIT_LINEAR,
      size: "rows",
      sizes: [1000, 2000, 4000, 8000, 16_000],
      theory: 1,
      prepare: (rows) => trained(rows, COLUMNS, PASSES),
    },
    { work: FIT_LINEAR, size: "features", sizes: [16, 32, 64, 128, 256], theory: 1, prepare: (columns) => trained(ROWS, columns, PASSES) },
    { work: FIT_LINEAR, size: "passes", sizes: [4, 8, 16, 32], theory: 1, prepare: (passes) => trained(ROWS, COLUMNS, passes) },
    { work: SCORE_LINEAR, size: "features", sizes: [25, SCORED_COLUMNS, 100, 200, 400], theory: 1, prepare: scoring },
  ]
}

const FIT_TREES = "fit boosted trees"
const SCORE_TREES = "score with boosted trees"
const MOST_TREES = 500
const DEPTH = 6

async function treesLaws(): Promise<LawToMeasure[]> {
  const trained = (rows: number, columns: number, rounds: number) => {
    const data = noisyRows(rows, columns)
    return () => gradientBoosting({ objective: "logistic", growth: "depth", maxDepth: DEPTH, rounds }).fit(data, { seed: 1 })
  }
  const whole = await trained(SCORED_ROWS, SCORED_COLUMNS, MOST_TREES)()
  const scored = (model: TreeModel, columns: number) => {
    const { rows } = noisyRows(SCORED_ROWS, columns)
    const out = new Float64Array(SCORED_ROWS)
    return () => model.raw(rows, out)
  }
  const wide = new Map<number, TreeModel>()
  for (const columns of [16, 64, 256]) wide.set(columns, await trained(SCORED_ROWS, columns, 20)())
  return [
    { work: FIT_TREES, size: "rows", sizes: [16_000, 32_000, 64_000, 128_000], theory: 1, prepare: (rows) => trained(rows, 16, 3) },
    { work: FIT_TREES, size: "rounds", sizes: [8, 16, 32, 64], theory: 1, prepare: (rounds) => trained(ROWS, 16, rounds) },
    {
      work: SCORE_TREES,
      size: "trees",
      sizes: [60, 125, 250, MOST_TREES],
      theory: 1,
      prepare: (trees) => scored(treeModel(firstTrees(whole.ensemble, trees)), SCORED_COLUMNS),
    },
    { work: SCORE_TREES, size: "features", sizes: [16, 64, 256], theory: 0, prepare: (columns) => scored(wide.get(columns)!, columns) },
  ]
}

function scoring(columns: number): () => unknown {
  const { rows } = noisyRows(SCORED_ROWS, columns)
  const out = new Float64Array(SCORED_ROWS)
  let model: LogisticModel | undefined
  return async () => {
    model ??= await logistic({ maxIterations: 3 }).fit(noisyRows(SCORED_ROWS, columns), { seed: 1 })
    return model.logits(rows, out)
  }
}

/** Seeded rows whose labels follow the first columns, with noise enough that no fit is done early. */
function noisyRows(n: number, columns: number): { readonly rows: Matrix; readonly labels: Float32Array } {
  const chance = random(columns)
  const rows = matrix(n, columns)
  const labels = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    let logit = 0
    for (let col = 0; col < columns; col++) {
      const value = chance.normal()
      rows.data[row * columns + col] = value * (1 + col)
      logit += value / (1 + col)
    }
    labels[row] = chance.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
  }
  return { rows, labels }
}
