import { InvalidArgument } from "../../core/index.ts"
import { computed, formatNumber, measured } from "../quantity.ts"
import type { Advice } from "./advice.ts"

/** Quality of a frozen model some hours after its data ended; higher is better. */
export interface AgePoint {
  readonly ageHours: number
  readonly metric: number
}

/**
 * How often to retrain: the age at which a frozen model has lost the tolerated share of what it had when fresh.
 *
 * Quality is first made to fall only (pool adjacent violators), then the crossing is found between two measured ages. Ages beyond the last
 * measurement are not guessed.
 * @param tolerance - share of the fresh metric that may be lost, in (0, 1)
 * @throws {@link InvalidArgument} on fewer than three ages, ages that do not grow, or a tolerance outside (0, 1)
 */
export function adviseRetraining(metric: string, curve: readonly AgePoint[], tolerance: number, where: string): Advice {
  if (curve.length < 3 || curve.some(({ ageHours }, i) => i > 0 && !(ageHours > curve[i - 1]!.ageHours))) {
    throw new InvalidArgument(
      "adviseRetraining",
      "at least three growing ages",
      String(curve.length),
      "Score a frozen model on later data.",
    )
  }
  if (!(tolerance > 0 && tolerance < 1)) {
    throw new InvalidArgument("adviseRetraining", "a tolerance in (0, 1)", String(tolerance), "Pass 0.01 for 1 %.")
  }
  const fallen = neverRising(curve.map((point) => point.metric))
  const fresh = fallen[0]!
  const floor = fresh - tolerance * Math.abs(fresh)
  const below = fallen.findIndex((value) => value < floor)
  const last = curve.at(-1)!
  const hours = below < 0 ? last.ageHours : crossing(curve, fallen, below, floor)
  const held = below < 0
  return {
    topic: "how often to retrain",
    choose: held ? `at least every ${formatNumber(hours)} hours` : `every ${formatNumber(hours)} hours`,
    why: held
      ? `${metric} is still within ${formatNumber(100 * tolerance)} % at the oldest age measured`
      : `${metric} has lost ${formatNumber(100 * tolerance)} % after ${formatNumber(hours)} hours`,
    evidence: [
      { name: "retrain interval", quantity: computed(hours, "hours", `first age at which ${metric} is below ${formatNumber(floor)}`) },
      ...curve.map(({ ageHours, metric: value }) => ({ name: `${metric} at ${ageHours} hours`, quantity: measured(value, "x", where) })),
    ],
    instead: [{ option: "a fixed nightly run", why: "takes no notice of how fast this data ages" }],
  }
}

function crossing(curve: readonly AgePoint[], fallen: readonly number[], below: number, floor: number): number {
  const from = curve[below - 1]!
  const to = curve[below]!
  const share = (fallen[below - 1]! - floor) / (fallen[below - 1]! - fallen[below]!)
  return from.ageHours + share * (to.ageHours - from.ageHours)
}

/** The closest sequence that never rises, by pooling neighbours that do. */
function neverRising(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = []
  for (const value of values) {
    pools.push({ sum: value, count: 1 })
    while (pools.length > 1 && mean(pools.at(-1)!) > mean(pools.at(-2)!)) {
      const { sum, count } = pools.pop()!
      const above = pools.at(-1)!
      above.sum += sum
      above.count += count
    }
  }
  return pools.flatMap((pool) => Array<number>(pool.count).fill(mean(pool)))
}

const mean = ({ sum, count }: { readonly sum: number; readonly count: number }) => sum / count
