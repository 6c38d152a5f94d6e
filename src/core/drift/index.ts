export { binCounts, binOf, categoryCounts, quantileCounts, quantileEdges, quantileOf, sortedPresent, uniformEdges } from "./bins.ts"
export {
  type ChiSquareTest,
  chiSquareGoodnessOfFit,
  chiSquareTwoSample,
  entropyOf,
  gTest,
  hellinger,
  jensenShannon,
  klDivergence,
  largestShareChange,
  populationStability,
  totalVariation,
  type ZeroRule,
} from "./categorical.ts"
export { energyDistance, wasserstein, wassersteinInDeviations } from "./distances.ts"
export { type KsTest, kolmogorovSmirnov, ksSf } from "./ks.ts"
export { meanDiscrepancy } from "./mean-discrepancy.ts"
export { andersonDarling, cramerVonMises, type MannWhitneyTest, mannWhitney } from "./rank-tests.ts"
export { type RowSkew, rowSkew } from "./row-skew.ts"
export type { CountPair } from "./shares.ts"
