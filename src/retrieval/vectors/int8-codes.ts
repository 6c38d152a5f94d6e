import { type BundleReader, type BundleWriter, Corrupt } from "../../core/index.ts"
import type { VectorTable } from "./vector-table.ts"

/** How numbers become codes: number `j` of a row is `centre[j] + step[j] * code`, code in [-127, 127]. */
export interface Steps {
  readonly centre: Float32Array
  readonly step: Float32Array
}

/** Rows that steps are learned from. */
const sampleRows = 4096
/** Share of the numbers of a column that may be cut off at either end. */
const cutShare = 0.0005

/** Steps of each column from a sample of the rows: the middle of its range, and a 254th of it. */
export function learnSteps(table: VectorTable): Steps {
  const { dimension } = table.shape
  const stride = Math.max(1, table.slots / sampleRows)
  const count = Math.min(table.slots, sampleRows)
  const [centre, step] = [new Float32Array(dimension), new Float32Array(dimension)]
  const rows = table.job.arena.view("rows", "f32")
  const column = new Float32Array(count)
  const cut = Math.floor(count * cutShare)
  for (let j = 0; j < dimension; j++) {
    for (let i = 0; i < count; i++) column[i] = rows[Math.floor(i * stride) * table.width + j]!
    column.sort()
    const [low, high] = [column[cut] ?? 0, column[count - 1 - cut] ?? 0]
    centre[j] = (low + high) / 2
    step[j] = (high - low) / 254
  }
  return { centre, step }
}

/** Lays out the codes of every row of the table; searches may then scan them. A quarter of the rows' memory. */
export function layCodes(table: VectorTable, { centre, step }: Steps): void {
  const { arena } = table.job
  const { dimension, metric } = table.shape
  const width = Math.ceil(dimension / 16) * 16
  const codes = arena.add("codes", "i8", table.slots * width)
  // Scans read biases in fours.
  const bias = metric === "euclidean" ? arena.add("bias", "f32", table.slots + 3) : 0
  table.run.bindCodes(codes, width, bias, arena.add("query codes", "i16", width))
  const most = Math.min(32767, Math.floor(2 ** 31 / (127 * dimension)) - 1)
  table.run.bindSteps(arena.put("centre", "f32", centre), arena.put("step", "f32", step), most)
  table.run.encodeRows(0, table.slots, dimension)
  table.encodesQuery = true
}

/** Squared steps as i16, so that codes can be compared with codes; for indexes that link rows. */
export function layPairs(table: VectorTable, { step }: Steps): void {
  const { arena } = table.job
  const width = Math.ceil(step.length / 16) * 16
  const largest = step.reduce((most, value) => Math.max(most, value * value), 0)
  // Products with a code must fit 16 bits, and their sums with another 32.
  const most = Math.min(258, Math.floor(2 ** 31 / (127 * 127 * step.length)) - 1)
  const weights = arena.add("weights", "i16", width)
  if (largest > 0) arena.view("weights", "i16").set(step.map((value) => Math.round((value * value * most) / largest)))
  table.run.bindPairs(weights, arena.add("pair codes", "i16", width), largest / most)
}

/** Steps alone are saved: the codes follow from them and the rows. */
export function saveSteps(bundle: BundleWriter, { centre, step }: Steps): void {
  bundle.array("centre", centre)
  bundle.array("step", step)
}

/** @throws {@link Corrupt} when the steps are not those of the table */
export function loadSteps(bundle: BundleReader, table: VectorTable): Steps {
  const [centre, step] = [bundle.array("centre"), bundle.array("step")]
  const { dimension } = table.shape
  if (centre.length !== dimension || step.length !== dimension) {
    throw new Corrupt("vector codes", `${dimension} steps`, `${centre.length} and ${step.length}`, "Build the index again.")
  }
  return { centre: Float32Array.from(centre), step: Float32Array.from(step) }
}
