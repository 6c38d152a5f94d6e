import { type Arena, InvalidArgument, openKernel, type SparseMatrix } from "../../core/index.ts"
import { families } from "./families.ts"
import type { FtrlConfig } from "./ftrl.ts"
import { type FtrlModel, ftrlModel } from "./ftrl-model.ts"
import { checkSparseData, checkTarget, lossOfMean } from "./sparse-data.ts"

/** A linear model that learns row by row, in bounded memory, and predicts each row before it learns from it. */
export interface FtrlLearner {
  readonly slots: number
  readonly rowsSeen: number
  /** Bytes it holds: `8 * slots` and a fixed buffer, however many rows come. */
  readonly memoryBytes: number
  /**
   * Learns from rows in order.
   * @returns what was predicted for each row before it was learned from, shape `[n]`
   * @throws {@link InvalidArgument} before anything is learned: a target out of range, a bad weight or value, a column past the slots
   */
  update(rows: SparseMatrix, targets: Float32Array, weights?: Float32Array, out?: Float32Array): Float32Array
  /** {@link update} that gives the sum of the rows' losses instead, each predicted before it was learned from. */
  updateLoss(rows: SparseMatrix, targets: Float32Array, weights?: Float32Array): number
  /** {@link update} of one row. */
  updateRow(columns: ArrayLike<number>, target: number, values?: ArrayLike<number>, weight?: number): number
  /** Predicts with the state as it is now, shape `[n]`. */
  predict(rows: SparseMatrix, out?: Float32Array): Float32Array
  /** An immutable copy of what was learned. The losses since the last snapshot, as one mean, are added to its list. */
  snapshot(): FtrlModel
  /** Goes on from a snapshot, of this learner or another of the same config. */
  restore(model: FtrlModel): void
}

interface FtrlKernel {
  ftrl(...args: number[]): void
}

/** Entries and rows handed to the kernel at a time. */
const ENTRIES = 2 ** 16
const ROWS = 2 ** 12

/** Opens a learner of zeros. @throws {@link TooLarge} when the slots need more than the config's `maxBytes` */
export async function openFtrl(config: Required<FtrlConfig>): Promise<FtrlLearner> {
  const { alpha, beta, l1, l2, bits, maxBytes } = config
  const family = families[config.family]
  const code = { squared: 0, logistic: 1, poisson: 2 }[config.family]
  const slots = 2 ** bits
  const { run, arena } = await openKernel<FtrlKernel>("linear", maxBytes)
  const at = {
    state: arena.add("state", "f32", 2 * slots),
    bias: arena.add("bias", "f32", 2),
    offsets: arena.add("offsets", "u32", ROWS + 1),
    indices: arena.add("indices", "u32", ENTRIES),
    values: arena.add("values", "f32", ENTRIES),
    targets: arena.add("targets", "f32", ROWS),
    weights: arena.add("weights", "f32", ROWS),
    out: arena.add("out", "f32", ROWS),
    buffer: arena.add("buffer", "f32", 3 * ENTRIES + 12),
  }
  // Nothing is laid out after this, so the views stay good.
  const views = stagingViews(arena)
  let rowsSeen = 0
  let losses: number[] = []
  let lossSum = 0
  let lossRows = 0

  function checkColumns(columns: ArrayLike<number>): void {
    if (columns.length > ENTRIES) throw new InvalidArgument("ftrl", `rows of at most ${ENTRIES} entries`, `${columns.length}`, "Hash them.")
    for (let i = 0; i < columns.length; i++) {
      if (!(columns[i]! >= 0 && columns[i]! < slots)) {
        throw new InvalidArgument("ftrl", `columns below 2^${bits}`, `${columns[i]}`, "Hash them into as many bits, or pass more bits.")
      }
    }
  }

  /** Runs the kernel over `count` staged rows. */
  function runStaged(count: number, hasValues: boolean, hasWeights: boolean, isLearning: boolean): void {
    const values = hasValues ? at.values : 0
    const weights = hasWeights ? at.weights : 0
    const rates = [alpha, beta, l1, l2, code]
    run.ftrl(
      at.offsets,
      at.indices,
      values,
      at.targets,
      weights,
      0,
      count,
      at.state,
      at.bias,
      ...rates,
      at.buffer,
      at.out,
      isLearning ? 1 : 0,
    )
  }

  /** Stages rows from `from` on, as many as fit, and runs them. Returns the row after the last. */
  function runFrom(
    { rows, offsets, indices, values }: SparseMatrix,
    from: number,
    targets: Float32Array | undefined,
    weights: Float32Array | undefined,
    out: Float32Array,
  ): number {
    const start = offsets[from]!
    let to = from
    while (to < rows && to - from < ROWS && offsets[to + 1]! - start <= ENTRIES) to++
    const end = offsets[to]!
    for (let row = from; row <= to; row++) views.offsets[row - from] = offsets[row]! - start
    views.indices.set(indices.subarray(start, end))
    if (values !== undefined) views.values.set(values.subarray(start, end))
    if (targets !== undefined) views.targets.set(targets.subarray(from, to))
    if (weights !== undefined) views.weights.set(weights.subarray(from, to))
    runStaged(to - from, values !== undefined, weights !== undefined, targets !== undefined)
    out.set(views.out.subarray(0, to - from), from)
    return to
  }

  function checkRows(rows: SparseMatrix): void {
    if (rows.cols > slots) checkColumns([rows.cols - 1])
    for (let row = 0; row < rows.rows; row++) {
      const count = rows.offsets[row + 1]! - rows.offsets[row]!
      if (count > ENTRIES) checkColumns({ length: count })
    }
  }

  function update(rows: SparseMatrix, targets: Float32Array, weights?: Float32Array, out = new Float32Array(rows.rows)): Float32Array {
    checkSparseData("ftrl", weights === undefined ? { rows, targets } : { rows, targets, weights }, family)
    checkRows(rows)
    for (let from = 0; from < rows.rows; ) from = runFrom(rows, from, targets, weights, out)
    for (let row = 0; row < rows.rows; row++) lossSum += lossOfMean(family, out[row]!, targets[row]!)
    lossRows += rows.rows
    rowsSeen += rows.rows
    return out
  }

  return {
    slots,
    memoryBytes: arena.usedBytes,
    get rowsSeen() {
      return rowsSeen
    },
    update,
    updateLoss(rows, targets, weights) {
      const before = lossSum
      update(rows, targets, weights)
      return lossSum - before
    },
    updateRow(columns, target, values, weight = 1) {
      checkColumns(columns)
      checkTarget("ftrl", family, target, rowsSeen)
      if (!(weight >= 0 && Number.isFinite(weight))) {
        throw new InvalidArgument("ftrl", "a finite weight of 0 or more", String(weight), "Leave the row out.")
      }
      for (let i = 0; i < columns.length; i++) {
        views.indices[i] = columns[i]!
        if (values === undefined) continue
        if (!Number.isFinite(values[i]!)) throw new InvalidArgument("ftrl", "finite values", `${values[i]}`, "Leave the entry out.")
        views.values[i] = values[i]!
      }
      views.offsets[0] = 0
      views.offsets[1] = columns.length
      views.targets[0] = target
      views.weights[0] = weight
      runStaged(1, values !== undefined, true, true)
      const mean = views.out[0]!
      lossSum += lossOfMean(family, mean, target)
      lossRows++
      rowsSeen++
      return mean
    },
    predict(rows, out = new Float32Array(rows.rows)) {
      checkRows(rows)
      for (let from = 0; from < rows.rows; ) from = runFrom(rows, from, undefined, undefined, out)
      return out
    },
    snapshot() {
      if (lossRows > 0) losses.push(lossSum / lossRows)
      lossSum = 0
      lossRows = 0
      const learned = { state: views.state.slice(), bias: views.bias.slice(), losses: Float64Array.from(losses) }
      return ftrlModel({ family: config.family, alpha, beta, l1, l2, rowsSeen, ...learned })
    },
    restore({ parts, slots: came }) {
      if (came !== slots) throw new InvalidArgument("ftrl", `a model of ${slots} slots`, `${came}`, "Open a learner with its bits.")
      views.state.set(parts.state)
      views.bias.set(parts.bias)
      rowsSeen = parts.rowsSeen
      losses = [...parts.losses]
      lossSum = 0
      lossRows = 0
    },
  }
}

function stagingViews(arena: Arena) {
  return {
    state: arena.view("state", "f32"),
    bias: arena.view("bias", "f32"),
    offsets: arena.view("offsets", "u32"),
    indices: arena.view("indices", "u32"),
    values: arena.view("values", "f32"),
    targets: arena.view("targets", "f32"),
    weights: arena.view("weights", "f32"),
    out: arena.view("out", "f32"),
  }
}
