import { unknownName } from "../../../core/index.ts"
import { focal } from "./focal.ts"
import { huber } from "./huber.ts"
import { lambdaMart, pairwise } from "./lambda-mart.ts"
import { logistic } from "./logistic.ts"
import type { Objective } from "./objective.ts"
import { poisson } from "./poisson.ts"
import { absolute, quantile } from "./quantile.ts"
import { softmax } from "./softmax.ts"
import { squared } from "./squared.ts"
import { unbiasedLambdaMart } from "./unbiased.ts"
import { xeNdcg } from "./xe-ndcg.ts"

/** What trees can be fitted to, by name. */
export const objectives = {
  squared,
  absolute,
  huber,
  quantile,
  poisson,
  logistic,
  focal,
  softmax,
  pairwise,
  lambdaMart,
  xeNdcg,
  unbiasedLambdaMart,
}

export type ObjectiveName = keyof typeof objectives

/** An objective by name, with its options beside the name. */
export type ObjectiveChoice = {
  [Name in ObjectiveName]: { readonly name: Name } & NonNullable<Parameters<(typeof objectives)[Name]>[0]>
}[ObjectiveName]

/** The objective of a choice. @throws {@link NotFound} listing the names there are */
export function objectiveOf(choice: ObjectiveName | ObjectiveChoice): Objective {
  const { name, ...options } = typeof choice === "string" ? { name: choice } : choice
  if (!Object.hasOwn(objectives, name)) throw unknownName("objective", "objective", name, Object.keys(objectives))
  return (objectives[name] as (options: object) => Objective)(options)
}
