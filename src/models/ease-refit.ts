import type { EaseJob } from "./ease-memory.ts"

/** A column is done when what it leaves is this share of what it explains; further steps no longer change rankings. */
const tolerance = 1e-3
const mostSteps = 64
const columnBlock = 64

/** Refits every column of the table on the rows that kept it, in place. */
export async function refitTable(job: EaseJob, counts: Uint32Array, l2: number, pause: (share: number) => Promise<void>): Promise<void> {
  const { run, plan, users, items, byUsers, byItem, at } = job
  byColumn(job, counts)
  run.bindOperator(byUsers ? 0 : plan.matrix, plan.ld, at.squares, byItem.offsets, byItem.indices, byItem.values, users)
  for (let j0 = 0; j0 < items; j0 += columnBlock) {
    const j1 = Math.min(items, j0 + columnBlock)
    run.refitColumns(j0, j1, at.columnOffsets, at.columnRows, at.columnPlaces, at.tableValues, l2, tolerance, mostSteps)
    await pause(j1 / items)
  }
}

/** The table by column: the rows that kept each column, ascending, and where in the table. */
function byColumn({ arena, items, keep }: EaseJob, counts: Uint32Array): void {
  const columns = arena.view("tableColumns", "u32")
  const offsets = arena.view("columnOffsets", "u32").fill(0)
  const rows = arena.view("columnRows", "u32")
  const places = arena.view("columnPlaces", "u32")
  for (let i = 0; i < items; i++) for (let at = i * keep; at < i * keep + counts[i]!; at++) offsets[columns[at]! + 1]!++
  for (let j = 0; j < items; j++) offsets[j + 1]! += offsets[j]!
  const next = offsets.slice()
  for (let i = 0; i < items; i++) {
    for (let at = i * keep; at < i * keep + counts[i]!; at++) {
      const place = next[columns[at]!]!++
      rows[place] = i
      places[place] = at
    }
  }
}
