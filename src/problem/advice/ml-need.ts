import { InvalidArgument } from "../../core/index.ts"
import { formatNumber, measured } from "../quantity.ts"
import type { Advice, Estimate } from "./advice.ts"

/** A rule and a model, evaluated on the same data. */
export interface RuleAgainstModel {
  readonly metric: string
  readonly rule: { readonly name: string; readonly value: number }
  readonly model: { readonly name: string; readonly value: number }
  /** Difference model minus rule, paired, with its interval; positive is better. */
  readonly lift: Estimate
  /** Least relative lift that pays for building and running a model, such as 0.02. */
  readonly worth: number
  /** Which run measured it. */
  readonly where: string
}

/**
 * Whether machine learning is needed at all: rules stay when the model's lift is inside the noise or too small to pay for its upkeep.
 *
 * @throws {@link InvalidArgument} when the interval does not hold the estimate
 */
export function adviseMlNeed({ metric, rule, model, lift, worth, where }: RuleAgainstModel): Advice {
  if (!(lift.low <= lift.value && lift.value <= lift.high)) {
    throw new InvalidArgument(
      "adviseMlNeed",
      "low <= value <= high",
      `${lift.low}, ${lift.value}, ${lift.high}`,
      "Pass the paired interval.",
    )
  }
  const evidence = [
    { name: `${metric} of ${rule.name}`, quantity: measured(rule.value, "x", where) },
    { name: `${metric} of ${model.name}`, quantity: measured(model.value, "x", where) },
    { name: "lift, lower end", quantity: measured(lift.low, "x", where) },
    { name: "lift, upper end", quantity: measured(lift.high, "x", where) },
  ]
  const relative = lift.value / Math.abs(rule.value)
  const verdict =
    lift.low <= 0
      ? { choose: "rules", why: `the lift of ${metric} is inside the noise` }
      : relative < worth
        ? {
            choose: "rules",
            why: `the lift of ${formatNumber(100 * relative)} % is real, but below the ${formatNumber(100 * worth)} % that pay for a model`,
          }
        : { choose: "machine learning", why: `the lift of ${formatNumber(100 * relative)} % is above the noise and worth its upkeep` }
  const lost = verdict.choose === "rules" ? model.name : rule.name
  return { topic: "is machine learning needed", ...verdict, evidence, instead: [{ option: lost, why: verdict.why }] }
}
