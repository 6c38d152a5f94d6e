// Nearest vectors: exact and rough scans, clusters, forests, hashing, product codes, graphs. Drivers: src/retrieval/vectors.

export { clearBest, sortBest } from "./parts/vectors/best"
export { bindCodes, bindFilter, bindHeaps, bindTable, lookedUntil, setSlots } from "./parts/vectors/table"
export { rescore, scanCodes, scanMany, scanPassing, scanRows } from "./parts/vectors/scan"
export { bindPairs, bindSteps, encodeQuery, encodeRows } from "./parts/vectors/codes"
export { bindClusters, scanClusters } from "./parts/vectors/clusters"
export { bindVisited } from "./parts/vectors/visited"
export { bindForest, growTree, scanForest } from "./parts/vectors/forest"
export { bindBuckets, bindHashing, scanHashing, signRows } from "./parts/vectors/hashing"
export { bindProduct, encodeProduct, scanProduct } from "./parts/vectors/product"
export { bindGraph, bindPool, insertSlot, scanGraph, setStart, startSlot, topLayer } from "./parts/vectors/graph"
