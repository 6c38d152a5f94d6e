import { type BundleReader, InvalidArgument, type Matrix, matrix, throwIfCancelled } from "../../core/index.ts"
import { checkWidth } from "./columnwise.ts"
import type { FittedTransform, TransformStep } from "./transform.ts"

/** Sine and cosine of a number on a circle of that period. */
export function onCircle(x: number, period: number): { readonly sin: number; readonly cos: number } {
  const angle = (2 * Math.PI * x) / period
  return { sin: Math.sin(angle), cos: Math.cos(angle) }
}

/**
 * Hours, weekdays, directions: each column becomes the sine and cosine of its place on a circle, so that 23:00 lies beside 0:00.
 *
 * @param period - numbers a turn, such as 24 for hours; above 0
 * @throws {@link InvalidArgument} on a period that is not positive
 */
export function cyclic({ period }: { readonly period: number }): TransformStep {
  if (!(period > 0)) throw new InvalidArgument("cyclic", "a period above 0", `${period}`, "Use 24 for hours, 7 for weekdays.")
  return {
    kind: "cyclic",
    config: { period },
    async fit({ rows }, { onProgress, signal }) {
      throwIfCancelled(signal, "cyclic")
      onProgress?.(1)
      return fitted(period, rows.cols)
    },
  }
}

function fitted(period: number, inputs: number): FittedTransform {
  return {
    inputs,
    columns: (names) => names.flatMap((name) => [`${name} sin`, `${name} cos`]),
    transform(rows: Matrix) {
      checkWidth("cyclic", rows, inputs)
      const out = new Float32Array(rows.data.length * 2)
      for (let at = 0; at < rows.data.length; at++) {
        const { sin, cos } = onCircle(rows.data[at]!, period)
        out[2 * at] = sin
        out[2 * at + 1] = cos
      }
      return matrix(rows.rows, inputs * 2, out)
    },
    save: (bundle) => bundle.json("transform", { kind: "cyclic", config: { period }, inputs }),
  }
}

export function loadCyclic(bundle: BundleReader): FittedTransform {
  const { config, inputs } = bundle.json("transform") as { config: { period: number }; inputs: number }
  return fitted(config.period, inputs)
}
