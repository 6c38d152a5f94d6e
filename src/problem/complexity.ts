import { InvalidArgument } from "../core/index.ts"

/** A cost in elementary steps, with the law it follows written out. */
export interface ComplexityCost {
  readonly steps: number
  readonly law: string
}

/** Size of a data set and of the search over it. */
export interface TrainingSize {
  readonly rows: number
  readonly features: number
  /** Passes over the rows. */
  readonly epochs: number
}

/** Steps to fit a linear or logistic model by gradient: rows x features x epochs. */
export function linearTrainingCost({ rows, features, epochs }: TrainingSize): ComplexityCost {
  return { steps: product("linearTrainingCost", { rows, features, epochs }), law: "O(n f e)" }
}

/** Steps to score one row with a linear or logistic model: one multiplication a feature. */
export function linearScoringCost(features: number): ComplexityCost {
  return { steps: product("linearScoringCost", { features }), law: "O(f)" }
}

/**
 * Multiplications to score one row with a fully connected network: `f l1 + l1 l2 + ...`.
 *
 * Its training cost follows no such law: epochs to convergence depend on the data. Measure it and fit it with `fitPowerLaw`.
 * @param widths - features, then units a layer, then outputs; shape `[layers + 1]`, at least two
 * @throws {@link InvalidArgument} on fewer than two widths or one that is not a positive whole number
 */
export function networkScoringCost(widths: readonly number[]): ComplexityCost {
  if (widths.length < 2) {
    throw new InvalidArgument(
      "networkScoringCost",
      "at least an input and an output width",
      String(widths.length),
      "Pass [features, ..., 1].",
    )
  }
  let steps = 0
  for (let layer = 1; layer < widths.length; layer++) {
    steps += product("networkScoringCost", { [`width ${layer - 1}`]: widths[layer - 1]!, [`width ${layer}`]: widths[layer]! })
  }
  return { steps, law: "O(f l1 + l1 l2 + ...)" }
}

/** Size of a boosted ensemble. */
export interface TreesSize {
  readonly features: number
  readonly trees: number
  readonly depth: number
}

/** Steps to train boosted trees by histogram: rows x features x trees x depth. */
export function treesTrainingCost({ rows, features, trees, depth }: TreesSize & { readonly rows: number }): ComplexityCost {
  return { steps: product("treesTrainingCost", { rows, features, trees, depth }), law: "O(n f t d)" }
}

/** Steps to score one row with trees: the bound often quoted, which counts features, and the walk that is really made, which does not. */
export function treesScoringCost({ features, trees, depth }: TreesSize): { readonly bound: ComplexityCost; readonly walk: ComplexityCost } {
  return {
    bound: { steps: product("treesScoringCost", { features, trees, depth }), law: "O(f t d)" },
    walk: { steps: product("treesScoringCost", { trees, depth }), law: "O(t d)" },
  }
}

function product(where: string, sizes: Readonly<Record<string, number>>): number {
  let steps = 1
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1)
      throw new InvalidArgument(where, `${name} as a whole number from 1`, String(size), "Check the sizes.")
    steps *= size
  }
  return steps
}
