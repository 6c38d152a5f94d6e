export {
  Cancelled,
  type Clock,
  Conflict,
  Corrupt,
  DeadlineExceeded,
  type Event,
  type Field,
  type FieldValues,
  field,
  InvalidArgument,
  NotFound,
  Overloaded,
  type Schema,
  TooLarge,
  TrommelError,
  Unauthorized,
  Unavailable,
  type Value,
} from "./core/index.ts"
export {
  defineSystem,
  type EventsAnswer,
  type Explanation,
  type PageAnswer,
  type PageRequest,
  type PageRow,
  type RankAnswer,
  type RankedItem,
  type RankRequest,
  type ReleaseSummary,
  type SystemDefinition,
} from "./definition/index.ts"
export {
  type Engine,
  type EvaluationReport,
  type ImportReport,
  type OpenOptions,
  open,
  type Progress,
  type TrainReport,
} from "./engine/index.ts"
export { type Answers, answeredStatement, assumed, type ProblemStatement, published, type Quantity, stated } from "./problem/index.ts"
export { createServer, type Server, type ServerOptions } from "./serving/index.ts"
export { type RecommendationDefinition, type RecommendationOptions, recommendation } from "./systems/index.ts"
