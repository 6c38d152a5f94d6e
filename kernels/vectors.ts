// Nearest vectors: exact and rough scans, lists around centres. Drivers: src/retrieval/vectors.

export { clearBest, sortBest } from "./parts/vectors/best"
export { bindCodes, bindFilter, bindHeaps, bindTable, countPassing, setSlots } from "./parts/vectors/table"
export { rescore, scanCodes, scanMany, scanPassing, scanRows } from "./parts/vectors/scan"
export { bindSteps, encodeQuery, encodeRows } from "./parts/vectors/codes"
export { bindClusters, scanClusters } from "./parts/vectors/clusters"
