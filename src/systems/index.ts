export { CONFIG_FILES, kinds, loadConfig, loadSystems } from "./load.ts"
export { type RecommendationDefinition, type RecommendationOptions, recommendation } from "./recommendation/index.ts"
export {
  type SimulationOptions,
  type SimulationReport,
  simulateRecommendation,
} from "./recommendation/simulate.ts"
export type { ArmReport } from "./recommendation/simulate-play.ts"
