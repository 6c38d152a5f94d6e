export { type GapFinding, type GapOptions, type GapReport, gapReport, gapTable, type PartScores } from "./gap-report.ts"
export { randomSearch, type SearchOptions, successiveHalving } from "./search.ts"
export type { Choice, Drawn, Space } from "./space.ts"
export { type Found, type Trial, topTrials, trialTable } from "./trials.ts"
