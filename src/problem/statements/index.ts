import type { ProblemStatement } from "../statement.ts"
import { adsStatement } from "./ads.ts"
import { entityLinkingStatement } from "./entity-linking.ts"
import { feedStatement } from "./feed.ts"
import { fraudStatement } from "./fraud.ts"
import { recommendationStatement } from "./recommendation.ts"
import { searchStatement } from "./search.ts"
import { segmentationStatement } from "./segmentation.ts"
import { visualSearchStatement } from "./visual-search.ts"

/** Full problem statements of the eight kinds, by kind: where a team's own statement begins. */
export const statements = {
  search: searchStatement,
  feed: feedStatement,
  recommendation: recommendationStatement,
  ads: adsStatement,
  "visual-search": visualSearchStatement,
  "entity-linking": entityLinkingStatement,
  segmentation: segmentationStatement,
  fraud: fraudStatement,
} as const satisfies Readonly<Record<string, ProblemStatement>>

/** A kind of system that has a problem statement. */
export type StatementKind = keyof typeof statements
