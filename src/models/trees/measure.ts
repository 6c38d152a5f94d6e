import type { Measured } from "./checkpoint.ts"
import type { Ensemble } from "./ensemble.ts"
import { linkOf } from "./links.ts"
import type { LabelledRows } from "./trees-data.ts"

/** A figure of merit on the validation rows. */
export interface TreesMetric {
  readonly name: string
  readonly isHigherBetter: boolean
  /** Value of predictions (after the link, shape `[n, outputs]`) for these rows. */
  of(predictions: Float32Array, rows: LabelledRows): number
}

/** Predictions from output-major scores. */
export function linked(
  head: Pick<Ensemble, "link" | "slope" | "outputs">,
  scores: Float32Array,
  stride: number,
  rows: number,
): Float32Array {
  const { outputs } = head
  const link = linkOf(head)
  const out = new Float32Array(rows * outputs)
  const one = new Float64Array(outputs)
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outputs; o++) one[o] = scores[o * stride + row]!
    link?.(one)
    out.set(one, row * outputs)
  }
  return out
}

/** The round that measured best; of equals the first. `undefined` without measurements. */
export function bestRound(history: readonly Measured[], isHigherBetter: boolean): number | undefined {
  let best: Measured | undefined
  for (const measured of history) {
    if (best === undefined || (isHigherBetter ? measured.value > best.value : measured.value < best.value)) best = measured
  }
  return best?.round
}

/** Whether the last `patience` measurements brought nothing better. */
export function isStuck(history: readonly Measured[], isHigherBetter: boolean, patience: number): boolean {
  if (patience === 0) return false
  const best = history.findIndex(({ round }) => round === bestRound(history, isHigherBetter))
  return history.length - 1 - best >= patience
}
