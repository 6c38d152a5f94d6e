import { type BundleReader, type FitOptions, InvalidArgument, type Matrix, matrix, throwIfCancelled } from "../../core/index.ts"
import { checkWidth } from "../transforms/columnwise.ts"
import type { FittedTransform, TransformData, TransformStep } from "../transforms/transform.ts"
import { anova } from "./anova.ts"
import { chiSquareCounts } from "./chi-square.ts"
import { correlation } from "./correlation.ts"
import { type KeepRule, keepColumns } from "./keep.ts"
import { association, mutualInformation } from "./mutual-information.ts"
import type { ColumnScores, NumberRows } from "./rows.ts"
import { variances } from "./variance.ts"

/** Filter statistics by name: greater is more relevant. Adding one is one import and one key. */
export const columnScores: Readonly<Record<string, (rows: NumberRows, labels: ArrayLike<number>) => ColumnScores>> = {
  anova,
  association,
  chiSquareCounts,
  correlation: (rows, labels) => {
    const { r, p } = correlation(rows, labels)
    return { scores: r.map(Math.abs), p }
  },
  mutualInformation,
  variance: (rows) => {
    const scores = variances(rows)
    return { scores, p: scores.map((score) => (score > 0 ? 0 : 1)) }
  },
}

export interface SelectConfig {
  /** A name among {@link columnScores}; default `mutualInformation`. */
  readonly by?: string
  /** Default: a false discovery rate of 1 %. */
  readonly keep?: KeepRule
}

/**
 * Keeps the columns that a filter statistic finds relevant, chosen on training rows alone; a step like any other. Quick, and linear in rows;
 * it judges each column by itself, so it misses what only two tell together.
 *
 * @throws {@link InvalidArgument} on an unknown statistic; in `fit`, when nothing would stay
 */
export function select({ by = "mutualInformation", keep = { falseDiscovery: 0.01 } }: SelectConfig = {}): TransformStep {
  if (!Object.hasOwn(columnScores, by))
    throw new InvalidArgument("select", `a statistic among ${Object.keys(columnScores).join(", ")}`, by, "Check the spelling.")
  const config = { by, keep }
  return {
    kind: "select",
    config,
    async fit({ rows, labels }: TransformData, { onProgress, signal }: FitOptions) {
      throwIfCancelled(signal, "select")
      if (labels === undefined && by !== "variance") throw new InvalidArgument("select", "labels", "none", "Pass the label of every row.")
      const { scores, p } = columnScores[by]!(rows, labels ?? [])
      const places = keepColumns(scores, keep, p)
      if (places.length === 0)
        throw new InvalidArgument(
          "select",
          "at least one column that stays",
          "none",
          "Loosen the rule, or look at the data: nothing tells.",
        )
      onProgress?.(1)
      return selected(config, rows.cols, places)
    },
  }
}

function selected(config: object, inputs: number, places: readonly number[]): FittedTransform {
  return {
    inputs,
    columns: (names) => places.map((place) => names[place]!),
    transform(rows: Matrix) {
      checkWidth("select", rows, inputs)
      const out = matrix(rows.rows, places.length)
      for (let row = 0, from = 0, to = 0; row < rows.rows; row++, from += inputs)
        for (let i = 0; i < places.length; i++, to++) out.data[to] = rows.data[from + places[i]!]!
      return out
    },
    save: (bundle) => bundle.json("transform", { kind: "select", config, inputs, places }),
  }
}

export function loadSelect(bundle: BundleReader): FittedTransform {
  const { config, inputs, places } = bundle.json("transform") as { config: object; inputs: number; places: number[] }
  return selected(config, inputs, places)
}
