export type { LeaveOut } from "./accumulator.ts"
export {
  contentRetriever,
  givenRetriever,
  neighbourRetriever,
  type Profile,
  popularityRetriever,
  type RetrieverName,
  retriever,
  topListRetriever,
  vectorRetriever,
} from "./adapters.ts"
export { ContentNeighbours, type TokenLists } from "./content-neighbours.ts"
export { GrowingTokenLists } from "./growing-token-lists.ts"
export { ItemNeighbours } from "./item-neighbours.ts"
export { type ListTiming, newItems, PopularityList, popularityList, trending } from "./lists.ts"
export { FUSION_K, reciprocalRank, reciprocalRankFusion } from "./rank-fusion.ts"
export { ScoreBoard, type ScoreBoardParts, type ScoredVectors, type Wanted } from "./score-board.ts"
export type { Scored } from "./scored.ts"
export { type TokenTable, tokenLists } from "./token-lists.ts"
export { fade, TopList, type TopListConfig } from "./top-list.ts"
export { inBackground } from "./vectors/background.ts"
export type { BaseIndex, BuildOptions, VectorData, VectorFamily } from "./vectors/base-index.ts"
export { chooseIndex, type IndexChoice, type IndexNeed, isRebuildDue, type SearchPath, searchPath } from "./vectors/choose.ts"
export type { ClustersConfig } from "./vectors/clusters.ts"
export { type CurveOptions, type CurvePoint, type FamilyCurve, familiesNamed, neighbourCurves } from "./vectors/curves.ts"
export { ExactScan, exactScan } from "./vectors/exact-scan.ts"
export { type VectorConfig, type VectorFamilyName, vectorFamilies } from "./vectors/families.ts"
export { type BuildBase, LiveIndex } from "./vectors/live-index.ts"
export { openVectorPool, type VectorPool } from "./vectors/pool.ts"
export type { VectorIndex, VectorMetric, VectorSearch } from "./vectors/vector-index.ts"
