export { CONFIG_FILES, kinds, loadConfig, loadSystems } from "./load.ts"
export { type RecommendationDefinition, type RecommendationOptions, recommendation } from "./recommendation/index.ts"
