export { kinds, loadSystems } from "./load.ts"
export { type RecommendationOptions, recommendation } from "./recommendation/index.ts"
