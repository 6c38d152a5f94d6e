import { InvalidArgument, random, throwIfCancelled } from "../../core/index.ts"

export interface StabilityOptions {
  readonly seed: number
  /** Bootstraps. Default 20. */
  readonly samples?: number
  readonly signal?: AbortSignal
}

/** How far a selection depends on which rows there happened to be. */
export interface Stability {
  /** Share of the bootstraps that keep each column; shape `[columns]`. */
  readonly frequency: Float64Array
  /** 1 when every bootstrap keeps the same columns, about 0 when they are kept by chance. */
  readonly index: number
  /** Mean number of columns kept. */
  readonly kept: number
}

/**
 * Selects again on bootstrap samples of the rows and compares what stays.
 *
 * @param columns - number of columns
 * @param choose - selects on the rows at these places, which may repeat; gives column places
 * @see Nogueira, Sechidis & Brown 2018, https://jmlr.org/papers/v18/17-514.html
 */
export async function selectionStability(
  rows: number,
  columns: number,
  choose: (places: Uint32Array) => Promise<readonly number[]> | readonly number[],
  { seed, samples = 20, signal }: StabilityOptions,
): Promise<Stability> {
  if (!(samples >= 2)) throw new InvalidArgument("selectionStability", "2 samples or more", `${samples}`, "Use 20.")
  const counts = new Float64Array(columns)
  for (let sample = 0; sample < samples; sample++) {
    throwIfCancelled(signal, "selectionStability")
    const chance = random(seed).split(`bootstrap ${sample}`)
    const places = Uint32Array.from({ length: rows }, () => chance.integer(rows))
    for (const column of await choose(places)) counts[column]! += 1
  }
  const frequency = counts.map((count) => count / samples)
  const kept = frequency.reduce((sum, share) => sum + share, 0)
  const spread = frequency.reduce((sum, share) => sum + (samples / (samples - 1)) * share * (1 - share), 0) / columns
  const byChance = (kept / columns) * (1 - kept / columns)
  return { frequency, index: byChance === 0 ? 1 : 1 - spread / byChance, kept }
}
