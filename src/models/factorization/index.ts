export { type BprConfig, bpr } from "./bpr.ts"
export { type FactorModel, type FoldInRule, factorModel, loadFactorModel } from "./factor-model.ts"
export { alsMemoryBytes, type ImplicitAlsConfig, implicitAls } from "./implicit-als.ts"
export {
  type ItemSide,
  itemSideOf,
  type RefreshOptions,
  refreshedItem,
  type SinceTraining,
  type VectorNorms,
  vectorNorms,
} from "./item-side.ts"
export { type RatingData, type RatingFactorsConfig, ratingFactors } from "./rating-factors.ts"
export { loadRatingModel, type RatedPerson, type RatingModel } from "./rating-model.ts"
