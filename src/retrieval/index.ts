export { FUSION_K, reciprocalRank, reciprocalRankFusion } from "./rank-fusion.ts"
export type { Scored } from "./scored.ts"
