import { type KernelJob, openKernel } from "../../core/index.ts"

/** What `kernels/vectors.ts` exports: addresses and numbers, as its comments say. */
export interface VectorKernel {
  clearBest(heap: number, capacity: number): void
  sortBest(heap: number): number
  bindTable(metric: number, width: number, rows: number, ids: number, alive: number, query: number): void
  setSlots(count: number): void
  bindHeaps(best: number, rough: number): void
  bindFilter(allowed: number, length: number): void
  lookedUntil(count: number): number
  scanRows(begin: number, end: number): void
  scanPassing(): void
  scanMany(queries: number, count: number, stride: number, heaps: number, heapBytes: number): void
  scanCodes(begin: number, end: number): void
  rescore(): void
  bindCodes(codes: number, codeWidth: number, bias: number, queryCodes: number): void
  bindSteps(centre: number, step: number, most: number): void
  encodeRows(begin: number, end: number, count: number): void
  encodeQuery(from: number, count: number): void
  bindClusters(lists: number, centres: number, half: number, offsets: number, ranking: number): void
  scanClusters(probes: number, wanted: number): number
  bindVisited(marks: number, fresh: number): void
  bindForest(nodes: number, planes: number, members: number, roots: number, trees: number, queue: number, queueRoom: number): void
  scanForest(leaves: number): void
  growTree(
    count: number,
    leaf: number,
    byAxis: number,
    seed: number,
    stack: number,
    margins: number,
    means: number,
    planesMade: number,
  ): number
  bindHashing(tables: number, bits: number, planes: number, thresholds: number, sure: number): void
  bindBuckets(offsets: number, members: number): void
  signRows(begin: number, end: number, out: number): void
  scanHashing(probes: number, queue: number): void
  bindProduct(pairs: number, points: number, blocks: number, lookup: number, sums: number): void
  encodeProduct(begin: number, end: number): void
  scanProduct(): void
  bindPairs(weights: number, pairCodes: number, unit: number): void
  bindGraph(degree: number, lowest: number, upper: number, upperFrom: number, choice: number): void
  bindPool(pool: number): void
  setStart(start: number, top: number): void
  startSlot(): number
  topLayer(): number
  insertSlot(slot: number, layer: number, width: number): void
  scanGraph(room: number): void
}

export type VectorJob = KernelJob<VectorKernel>

/** An empty job of the vector kernel: one index, one memory of at most 4 GiB. */
export function openVectors(): Promise<VectorJob> {
  return openKernel<VectorKernel>("vectors", 2 ** 32)
}
