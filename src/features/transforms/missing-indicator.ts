import { type BundleReader, type FitOptions, type Matrix, matrix, throwIfCancelled } from "../../core/index.ts"
import { checkWidth } from "./columnwise.ts"
import type { FittedTransform, TransformData, TransformStep } from "./transform.ts"

export interface MissingIndicatorConfig {
  /** Columns that get an indicator: those with a missing number in training (`seen`, default) or all. */
  readonly of?: "seen" | "all"
}

/**
 * Adds a column, 1 = missing, 0 = there, for each column that can be missing, behind the columns as they are. Being missing often says something:
 * the person who did not answer, the sensor that was off. A filling step comes after it.
 */
export function missingIndicator({ of = "seen" }: MissingIndicatorConfig = {}): TransformStep {
  return {
    kind: "missingIndicator",
    config: { of },
    async fit({ rows }: TransformData, { onProgress, signal }: FitOptions) {
      throwIfCancelled(signal, "missingIndicator")
      const found = new Uint8Array(rows.cols).fill(of === "all" ? 1 : 0)
      for (let at = 0; at < rows.data.length; )
        for (let col = 0; col < rows.cols; col++, at++) if (Number.isNaN(rows.data[at]!)) found[col] = 1
      onProgress?.(1)
      return fitted(
        of,
        rows.cols,
        Array.from(found.keys()).filter((col) => found[col] === 1),
      )
    },
  }
}

function fitted(of: string, inputs: number, indicated: readonly number[]): FittedTransform {
  const outputs = inputs + indicated.length
  return {
    inputs,
    columns: (names) => [...names, ...indicated.map((col) => `${names[col]} missing`)],
    transform(rows: Matrix) {
      checkWidth("missingIndicator", rows, inputs)
      const out = new Float32Array(rows.rows * outputs)
      for (let row = 0, from = 0, to = 0; row < rows.rows; row++, from += inputs, to += outputs) {
        for (let col = 0; col < inputs; col++) out[to + col] = rows.data[from + col]!
        for (let i = 0; i < indicated.length; i++) out[to + inputs + i] = Number.isNaN(rows.data[from + indicated[i]!]!) ? 1 : 0
      }
      return matrix(rows.rows, outputs, out)
    },
    save: (bundle) => bundle.json("transform", { kind: "missingIndicator", config: { of }, inputs, indicated }),
  }
}

export function loadMissingIndicator(bundle: BundleReader): FittedTransform {
  const { config, inputs, indicated } = bundle.json("transform") as { config: { of: string }; inputs: number; indicated: number[] }
  return fitted(config.of, inputs, indicated)
}
