import { type Matrix, matrix } from "../../core/index.ts"
import type { Ranker } from "./ranker.ts"
import type { RankerModel } from "./rankers.ts"
import { TASTES } from "./tastes.ts"

type Models = Pick<Ranker, "model" | "modelOfNew">

/**
 * Log-odds of rows: by the ranker's model, and by that of new items where the tastes are missing. Both were fitted to what the same people took up in the
 * same days, so their odds compare.
 *
 * @param columns - the ranker's inputs, in order
 * @returns undefined for a ranker without a model
 */
export function logitsOf(
  { model, modelOfNew }: Models,
  columns: readonly string[],
): ((rows: Matrix, out: Float64Array) => Float64Array) | undefined {
  if (model === undefined) return undefined
  const mark = columns.indexOf(TASTES[0])
  return (rows, out) => {
    model.logits(rows, out)
    if (modelOfNew === undefined) return out
    for (let row = 0; row < rows.rows; row++) {
      if (!Number.isNaN(rows.data[row * rows.cols + mark]!)) continue
      out[row] = modelOfNew.logits(matrix(1, rows.cols, rows.data.subarray(row * rows.cols, (row + 1) * rows.cols)))[0]!
    }
    return out
  }
}

/** True for the row of an item that is new to the release: nothing else has no taste. */
export function isNewRow(columns: readonly string[], rows: Matrix, row: number): boolean {
  return Number.isNaN(rows.data[row * rows.cols + columns.indexOf(TASTES[0])]!)
}

/** The model that speaks for one row. */
export function modelFor({ model, modelOfNew }: Models, columns: readonly string[], rows: Matrix): RankerModel | undefined {
  return modelOfNew !== undefined && isNewRow(columns, rows, 0) ? modelOfNew : model
}
