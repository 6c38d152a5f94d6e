import { breathe, type FitOptions, InvalidArgument, type Random, random, throwIfCancelled } from "../../core/index.ts"
import type { Checkpoint, Measured } from "./checkpoint.ts"
import { categoryKinds, type FullConfig, monotoneDirections } from "./config.ts"
import { type Ensemble, type EnsembleHead, ensemble, type Tree } from "./ensemble.ts"
import { type Grower, grower } from "./grow.ts"
import { type GrownTree, treeNodes } from "./grown-tree.ts"
import type { Sizes } from "./layout.ts"
import { setLeafQuantiles } from "./leaf-quantile.ts"
import { bestRound, isStuck, linked, type TreesMetric } from "./measure.ts"
import type { BoundObjective, Objective } from "./objectives/objective.ts"
import { type PairMaker, pairMaker } from "./pair-rows.ts"
import { routeRows } from "./partition.ts"
import { replayTrees, treesIn } from "./replay.ts"
import { drawBootstrap, drawGoss, drawShare, type RowSample } from "./sample-rows.ts"
import { checkData, columnNames, objectiveData, type TreesData } from "./trees-data.ts"
import { openWorkspace, type Workspace } from "./workspace.ts"

/** How the trees of this run are put together, beside the config. */
export interface BoostingPlan {
  readonly where: string
  readonly config: FullConfig
  readonly objective: Objective
  readonly metric?: TreesMetric
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>
  /** Hears each measurement. */
  readonly onMeasured?: (measured: Measured) => void
  /** A forest: every tree fits the labels anew on a bootstrap of the rows, or on all of them, and predictions are means. */
  readonly forest?: { readonly isBootstrap: boolean }
}

/** What came out of a run. */
export interface BoostingResult {
  readonly ensemble: Ensemble
  readonly history: readonly Measured[]
  readonly propensities: BoundObjective["propensities"]
}

/** One run over one workspace. */
interface Run {
  readonly plan: BoostingPlan
  readonly data: TreesData
  readonly space: Workspace
  readonly objective: BoundObjective
  readonly validation: BoundObjective | undefined
  readonly grower: Grower
  readonly pairs: PairMaker
  readonly chance: Random
}

/** The sizes that memory depends on, for data of this shape. */
export function sizesOf(
  config: FullConfig,
  outputs: number,
  isWeighted: boolean,
  shape: Pick<TreesData, "rows" | "queries" | "validation">,
): Sizes {
  const { rows, queries, validation } = shape
  let longestQuery = 0
  for (let q = 0; q < (queries?.length ?? 0); q++) longestQuery = Math.max(longestQuery, queries![q]!)
  return {
    rows: rows.rows,
    cols: rows.cols,
    outputs,
    validationRows: validation?.rows.rows ?? 0,
    openLeaves: config.growth === "depth" ? config.maxDepth + 3 : config.leaves + 2,
    isExact: config.histograms === "exact",
    threads: config.threads,
    binSample: Math.min(config.binSample, rows.rows),
    isWeighted,
    longestQuery,
    queries: queries?.length ?? 0,
  }
}

/** Boosts trees, or grows a forest, on one memory. Ends early when measurements stay without improvement, keeping the best. */
export async function boost(data: TreesData, plan: BoostingPlan, options: FitOptions): Promise<BoostingResult> {
  const { where, config, objective } = plan
  throwIfCancelled(options.signal, where)
  checkData(where, data)
  if (objective.isRanking && data.queries === undefined) {
    throw new InvalidArgument(where, `queries for ${objective.name}`, "none", "Pass `queries`: how many rows each has, in order.")
  }
  if (config.patience > 0 && data.validation === undefined) {
    throw new InvalidArgument(where, "validation rows beside patience", "none", "Pass `validation`, or patience 0.")
  }
  const columns = columnNames(data)
  const directions = monotoneDirections(where, config, columns)
  const kinds = categoryKinds(where, config, columns)
  const sizes = sizesOf(config, objective.outputs, data.weights !== undefined, data)
  const layout = {
    rows: data.rows,
    weights: data.weights,
    validation: data.validation?.rows,
    columns,
    kinds,
    directions,
    bins: config.bins,
    seed: options.seed,
    memoryCapBytes: config.memoryCapBytes,
  }
  await using space = await openWorkspace(layout, sizes)
  const { arena } = space.job
  arena.view("labels", "f32").set(data.labels)
  if (data.weights !== undefined) arena.view("weights", "f32").set(data.weights)
  const run: Run = {
    plan,
    data,
    space,
    objective: objective.bind(objectiveData(data, options.seed), space.job),
    validation: data.validation && objective.bind(objectiveData(data.validation, options.seed)),
    grower: grower(space, config, config, directions),
    pairs: pairMaker(space, config),
    chance: random(options.seed),
  }
  return await rounds(run, columns, options)
}

async function rounds(run: Run, columns: readonly string[], options: FitOptions): Promise<BoostingResult> {
  const { plan, data, objective } = run
  const { config, metric } = plan
  const { outputs, link, name } = plan.objective
  const before = data.resume?.ensemble ?? data.start
  const isForest = plan.forest !== undefined
  const base = before?.base ?? (isForest ? new Float64Array(outputs) : objective.base)
  const head: EnsembleHead = { columns, outputs, base, link: isForest ? "identity" : link, objective: name, average: isForest }
  begin(run, base, before)
  const first = data.resume?.rounds ?? 0
  const history: Measured[] = [...(data.resume?.history ?? [])]
  const trees: Tree[] = before === undefined ? [] : treesIn(before)
  const startTrees = trees.length - first * outputs
  const isHigherBetter = metric?.isHigherBetter ?? false
  const whole = () => ensemble(head, trees)
  for (let round = first; round < config.rounds && !isStuck(history, isHigherBetter, config.patience); round++) {
    trees.push(...oneRound(run, round))
    const done = round + 1
    if (data.validation !== undefined && (done % config.measureEvery === 0 || done === config.rounds)) {
      const measured = { round: done, value: measure(run, head) }
      history.push(measured)
      plan.onMeasured?.(measured)
    }
    options.onProgress?.(done / (config.rounds + 1))
    await breathe(options.signal, plan.where)
    if (config.checkpointEvery > 0 && done % config.checkpointEvery === 0) {
      await plan.onCheckpoint?.({ ensemble: whole(), rounds: done, history: [...history] })
    }
  }
  options.onProgress?.(1)
  const best = config.patience > 0 ? bestRound(history, isHigherBetter) : undefined
  const kept = ensemble(head, best === undefined ? trees : trees.slice(0, startTrees + best * outputs))
  return { ensemble: kept, history, propensities: objective.propensities }
}

/** Fills the scores with what stands before the first round. */
function begin({ space, data }: Run, base: Float64Array, before: Ensemble | undefined): void {
  const { arena } = space.job
  const parts = [
    { rows: data.rows, scores: arena.view("scores", "f32"), stride: space.stride },
    ...(data.validation === undefined
      ? []
      : [{ rows: data.validation.rows, scores: arena.view("validationScores", "f32"), stride: space.validationStride }]),
  ]
  for (const { rows, scores, stride } of parts) {
    for (let o = 0; o < base.length; o++) scores.fill(base[o]!, o * stride, (o + 1) * stride)
    if (before !== undefined) replayTrees(before, rows, scores, stride)
  }
}

/** Loss, or the caller's metric, on the validation rows. */
function measure({ plan, data, space, validation }: Run, head: EnsembleHead): number {
  const scores = space.job.arena.view("validationScores", "f32")
  if (plan.metric === undefined) return validation!.loss(scores, space.validationStride)
  const of = data.validation!
  return plan.metric.of(linked({ ...head, slope: 1 }, scores, space.validationStride, of.rows.rows), of)
}

/** The trees of one round, one an output, with the scores brought up to date. */
function oneRound(run: Run, round: number): Tree[] {
  const { plan, space, objective, pairs, data } = run
  const { config, forest } = plan
  const { arena } = space.job
  const views = { scores: arena.view("scores", "f32"), gradients: arena.view("gradients", "f32"), hessians: arena.view("hessians", "f32") }
  objective.gradients({ round, stride: space.stride, ...views })
  const chance = run.chance.split("rounds").split(round)
  const sample = drawRows(run, chance.split("rows"))
  const shrinkage = forest === undefined ? config.learningRate : 1
  return Array.from({ length: plan.objective.outputs }, (_, output) => {
    const draw = chance.split(`output ${output}`)
    const hessian = pairs.make(output, sample.factors, draw.integer(2 ** 32) | 0)
    const columns = drawColumns(space.sizes.cols, config.columnShare, draw)
    // The growing reorders rows, so that each output starts from the sample's order.
    if (output > 0 && sample.count < space.sizes.rows) arena.view("rows", "u32").subarray(0, sample.count).sort()
    else if (output > 0) listAll(space)
    const grown = run.grower.grow(sample.count, (hessian * sample.count) / space.sizes.rows, columns, draw.split("nodes"))
    if (objective.leafQuantile !== undefined && forest === undefined) {
      setLeafQuantiles(grown, objective.leafQuantile, arena.view("rows", "u32"), views.scores, data.labels, data.weights)
    }
    for (const leaf of grown.leaves) leaf.value *= shrinkage
    if (forest === undefined) addTree(space, grown, output, sample.count)
    if (data.validation !== undefined) addToValidation(space, grown, output)
    return treeNodes(grown, space.cuts, output, shrinkage)
  })
}

function listAll({ job, sizes }: Workspace): void {
  job.run.listAll(job.arena.address("rows"), sizes.rows)
}

function drawRows({ plan, space }: Run, draw: Random): RowSample {
  const { rowShare, gossTop, gossOther } = plan.config
  const { arena } = space.job
  const n = space.sizes.rows
  const rows = arena.view("rows", "u32")
  if (plan.forest?.isBootstrap) return drawBootstrap(rows, n, draw)
  if (gossTop > 0) {
    const gradients = arena.view("gradients", "f32")
    const sizes = (row: number) => {
      let size = 0
      for (let o = 0; o < plan.objective.outputs; o++) size += Math.abs(gradients[o * space.stride + row]!)
      return size
    }
    return drawGoss(rows, n, gossTop, gossOther, sizes, draw)
  }
  if (rowShare < 1) return drawShare(rows, n, rowShare, draw)
  listAll(space)
  return { count: n }
}

function drawColumns(cols: number, share: number, draw: Random): Uint32Array | undefined {
  if (share === 1) return undefined
  const all = Uint32Array.from({ length: cols }, (_, col) => col)
  return draw
    .shuffle(all)
    .slice(0, Math.max(1, Math.round(share * cols)))
    .sort()
}

/** Adds a tree to the scores of the rows that grew it, leaf by leaf, and of the others, down the tree. */
function addTree(space: Workspace, grown: GrownTree, output: number, count: number): void {
  const { arena, crew } = space.job
  const [rows, spare, byColumn] = ["rows", "spare", "byColumn"].map((name) => arena.address(name)) as [number, number, number]
  const scores = arena.address("scores") + output * space.stride * 4
  crew.run(
    "addLeaf",
    grown.leaves.map((leaf) => [scores, rows + leaf.from * 4, leaf.count, leaf.value]),
  )
  const others = space.sizes.rows - count
  if (others === 0) return
  routeRows(space, grown, { byColumn, stride: space.sizes.rows, rows: rows + count * 4, spare, scores }, others)
}

function addToValidation(space: Workspace, grown: GrownTree, output: number): void {
  const { arena, run } = space.job
  const names = ["validationBins", "validationRows", "validationSpare", "validationScores"]
  const [byColumn, rows, spare, scores] = names.map((name) => arena.address(name)) as [number, number, number, number]
  const count = space.sizes.validationRows
  run.listAll(rows, count)
  routeRows(space, grown, { byColumn, stride: count, rows, spare, scores: scores + output * space.validationStride * 4 }, count)
}
