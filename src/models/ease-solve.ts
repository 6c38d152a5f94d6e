import { breathe, type FitOptions, type NeighbourTable, sweepInverse, throwIfCancelled } from "../core/index.ts"
import { type EaseJob, lineItems, rowBlock } from "./ease-memory.ts"
import { refitTable } from "./ease-refit.ts"

/** Rows of the Gram matrix counted between two turns of the event loop. */
const gramBlock = 512

/** Shares of the work after which each phase ends, for progress alone. */
const after = { gram: 0.1, inverse: 0.6, rows: 0.75 }

/** Fits one ridge over a laid-out job and copies the finished table out. @throws {@link Cancelled} */
export async function fillTable(job: EaseJob, l2: number, options: FitOptions): Promise<NeighbourTable> {
  const pause = async (done: number) => {
    options.onProgress?.(done)
    await breathe(options.signal, "ease")
  }
  throwIfCancelled(options.signal, "ease")
  if (job.items === 0) return { rows: 0, cols: 0, offsets: new Uint32Array(1), indices: new Uint32Array(0), values: new Float32Array(0) }
  await countGram(job, (share) => pause(share * after.gram))
  const { run, plan, at } = job
  run.ridge(plan.matrix, plan.n, plan.ld, at.diagonal, l2, plan.scale)
  await sweepInverse(run, plan, "ease", (share) => pause(after.gram + share * (after.inverse - after.gram)))
  const counts = new Uint32Array(job.items)
  const rowsDone = (share: number) => pause(after.inverse + share * (after.rows - after.inverse))
  await (job.byUsers ? rowsFromUsers(job, counts, rowsDone) : rowsFromItems(job, counts, rowsDone))
  await refitTable(job, counts, l2, (share) => pause(after.rows + share * (1 - after.rows)))
  options.onProgress?.(1)
  return copyOut(job, counts)
}

/** The Gram matrix of the smaller side in the strict upper triangle; on the items' side it survives every fit and is counted once. */
async function countGram(job: EaseJob, pause: (share: number) => Promise<void>): Promise<void> {
  const { run, arena, plan, byUsers, at } = job
  if (!byUsers && job.state.isCounted) return
  const [own, across] = byUsers ? [job.byUser, job.byItem] : [job.byItem, job.byUser]
  arena.view("cursor", "u32").set(arena.view(byUsers ? "byItem.offsets" : "byUser.offsets", "u32").subarray(0, -1))
  for (let i0 = 0; i0 < plan.n; i0 += gramBlock) {
    const i1 = Math.min(plan.n, i0 + gramBlock)
    arena.view("matrix", "f32").fill(0, i0 * plan.ld, i1 * plan.ld)
    const held = [own.offsets, own.indices, own.values, across.offsets, across.indices, across.values, at.cursor]
    run.gramRows(plan.matrix, plan.ld, at.diagonal, i0, i1, ...held)
    await pause(i1 / plan.n)
  }
  arena.view("squares", "f32").set(byUsers ? squares(job) : arena.view("diagonal", "f32"))
  job.state.isCounted = true
}

function squares({ arena, items }: EaseJob): Float32Array {
  const offsets = arena.view("byItem.offsets", "u32")
  const values = arena.view("byItem.values", "f32")
  const sums = new Float32Array(items)
  for (let item = 0; item < items; item++) for (let at = offsets[item]!; at < offsets[item + 1]!; at++) sums[item]! += values[at]! ** 2
  return sums
}

/** The sweep left -P: `B[i, j] = -P[i, j] / P[j, j]`. */
async function rowsFromItems(job: EaseJob, counts: Uint32Array, pause: (share: number) => Promise<void>): Promise<void> {
  const { run, arena, plan, items, keep, at } = job
  const columnScale = arena.view("columnScale", "f32")
  const swept = arena.view("matrix", "f32")
  for (let j = 0; j < items; j++) columnScale[j] = -1 / swept[j * plan.ld + j]!
  for (let i0 = 0; i0 < items; i0 += rowBlock) {
    const i1 = Math.min(items, i0 + rowBlock)
    run.weightRows(plan.matrix, items, plan.ld, i0, i1, at.columnScale, at.rows)
    for (let i = i0; i < i1; i++) {
      const kept = 4 * i * keep
      const row = at.rows + (i - i0) * plan.ld * 4
      counts[i] = run.selectRow(row, 4, items, i, keep, at.tableColumns + kept, at.tableValues + kept, at.select)
    }
    if (i1 % (rowBlock * 16) === 0) await pause(i1 / items)
  }
}

/**
 * Woodbury: `l2 P = I - V` with `V = X^T (X X^T + l2 I)^-1 X`, so `B[i, j] = V[i, j] / (1 - V[j, j])`.
 * The sweep left minus the inverse, hence the signs.
 */
async function rowsFromUsers(job: EaseJob, counts: Uint32Array, pause: (share: number) => Promise<void>): Promise<void> {
  const { run, arena, plan, users, items, keep, byItem, at } = job
  const item = [byItem.offsets, byItem.indices, byItem.values]
  run.mirror(plan.matrix, users, plan.ld)
  for (let i0 = 0; i0 < items; i0 += gramBlock) {
    run.quadratic(plan.matrix, users, plan.ld, i0, Math.min(items, i0 + gramBlock), ...item, at.sums, at.columnScale)
    await pause(0)
  }
  const columnScale = arena.view("columnScale", "f32")
  for (let j = 0; j < items; j++) columnScale[j] = -1 / (1 + columnScale[j]!)
  for (let i0 = 0; i0 < items; i0 += lineItems) {
    run.weightLines(plan.matrix, users, plan.ld, items, i0, ...item, at.columnScale, at.sums, at.lines, at.rows)
    for (let i = i0; i < Math.min(items, i0 + lineItems); i++) {
      const kept = 4 * i * keep
      const row = at.rows + (i - i0) * 4
      counts[i] = run.selectRow(row, 4 * lineItems, items, i, keep, at.tableColumns + kept, at.tableValues + kept, at.select)
    }
    if (i0 % (lineItems * 8) === 0) await pause(i0 / items)
  }
}

function copyOut({ arena, items, keep }: EaseJob, counts: Uint32Array): NeighbourTable {
  const offsets = new Uint32Array(items + 1)
  for (let i = 0; i < items; i++) offsets[i + 1] = offsets[i]! + counts[i]!
  const indices = new Uint32Array(offsets[items]!)
  const values = new Float32Array(offsets[items]!)
  const columns = arena.view("tableColumns", "u32")
  const weights = arena.view("tableValues", "f32")
  for (let i = 0; i < items; i++) {
    indices.set(columns.subarray(i * keep, i * keep + counts[i]!), offsets[i])
    values.set(weights.subarray(i * keep, i * keep + counts[i]!), offsets[i])
  }
  return { rows: items, cols: items, offsets, indices, values }
}
