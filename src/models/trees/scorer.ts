import { type KernelJob, openKernelNow } from "../../core/index.ts"
import type { Ensemble } from "./ensemble.ts"
import type { LinkFunction } from "./links.ts"
import { pack, packedBytes, TILE } from "./packed.ts"

interface ForestKernel {
  score(
    rows: number,
    n: number,
    cols: number,
    plan: number,
    planned: number,
    staged: number,
    trees: number,
    treeCount: number,
    base: number,
    outputs: number,
    out: number,
  ): void
}

/** Rows handed to the kernel at a time; a request of up to so many is one call. */
const BLOCK = 256

/** Scores rows by the kernel. Holds memory of its own; one call at a time. */
export interface Scorer {
  /**
   * Scores of `n` rows of a row-major array, put through `link`, to `out`, shape `[n, outputs]`.
   * Allocates nothing when all rows fit one block, else one view a block.
   */
  score(data: Float32Array, n: number, link: LinkFunction | undefined, out: Float64Array | Float32Array): void
  /** Memory that the kernel holds. */
  readonly bytes: number
}

/** Lays an ensemble out for the kernel. */
export function openScorer(of: Ensemble): Scorer {
  const { outputs, average } = of
  const d = of.columns.length
  const capBytes = packedBytes(of) + BLOCK * 4 * (d + 1) + TILE * 8 * (2 * d + 2) + BLOCK * 8 * outputs + 65536
  const { run, arena }: KernelJob<ForestKernel> = openKernelNow<ForestKernel>("forest", capBytes)
  const packed = pack(of, arena)
  const treeCount = of.roots.length - 1
  const rows = arena.add("rows", "f32", BLOCK * Math.max(1, d))
  const staged = arena.add("staged", "f32", TILE * packed.planned)
  const sums = arena.add("sums", "f64", BLOCK * outputs)
  // A forest adds its base after the mean is taken.
  const base = arena.put("base", "f64", average ? new Float64Array(outputs) : of.base)
  const rowsView = arena.view("rows", "f32")
  const sumsView = arena.view("sums", "f64")
  const treesOf = new Float64Array(outputs)
  for (const o of of.output) treesOf[o]!++
  const scores = new Float64Array(outputs)

  return {
    bytes: arena.usedBytes,
    score(data, n, link, out) {
      for (let from = 0; from < n; from += BLOCK) {
        const count = Math.min(BLOCK, n - from)
        if (data.length <= rowsView.length) rowsView.set(data)
        else rowsView.set(data.subarray(from * d, (from + count) * d))
        run.score(rows, count, d, packed.plan, packed.planned, staged, packed.trees, treeCount, base, outputs, sums)
        for (let i = 0; i < count; i++) {
          const tile = i - (i % TILE)
          for (let o = 0; o < outputs; o++) {
            const sum = sumsView[tile * outputs + o * TILE + (i % TILE)]!
            scores[o] = average ? of.base[o]! + sum / Math.max(1, treesOf[o]!) : sum
          }
          link?.(scores)
          for (let o = 0; o < outputs; o++) out[(from + i) * outputs + o] = scores[o]!
        }
      }
    },
  }
}
