export type {
  Engine,
  EvaluationReport,
  ExportOptions,
  ExportPlan,
  ExportReport,
  ImportReport,
  MetricWithInterval,
  Progress,
  ServedSizes,
  TrainReport,
  WorkOptions,
} from "./api.ts"
export type { DataPageReport, DataPageRequest } from "./data-page.ts"
export { type OpenOptions, open } from "./open.ts"
export { packageVersion } from "./version.ts"
