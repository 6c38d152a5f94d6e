import {
  type BundleReader,
  type BundleWriter,
  InvalidArgument,
  type KernelJob,
  openKernelNow,
  type Saveable,
  throwIfCancelled,
} from "../../core/index.ts"
import type { FactorKernel } from "./factor-kernel.ts"
import { type ItemSide, loadItemSide, saveItemSide } from "./item-side.ts"

/** How a row is solved against fixed factors: see {@link FactorModel}. */
export interface FoldInRule {
  /** Weight of every pair, observed or not, against 0. */
  readonly share: number
  /** Weight of an observed pair beyond that. */
  readonly weight: number
  /** Right-hand factor of an observed pair. */
  readonly pull: number
  /** Ridge of a row: `base + perPair` times its pairs. */
  readonly ridge: { readonly base: number; readonly perPair: number }
}

/** What a factorization knows of items; people are folded in from their history when they ask, so that no release holds a person. */
export interface FactorModel extends Saveable {
  readonly items: number
  readonly factors: number
  /** Row-major, shape `[items, stride]`; numbers from `factors` to `stride` of a row are 0. */
  readonly itemFactors: Float32Array
  /** `factors` up to a multiple of 8. */
  readonly stride: number
  readonly rule: FoldInRule
  /** Sums over the people of the training, to solve items again between trainings; where the training kept them. */
  readonly itemSide: ItemSide | undefined
  /**
   * The vector of somebody with this history: the exact minimum of the training loss for their row alone.
   *
   * @param history - items, shape `[h]`; unknown ones add nothing. @returns shape `[stride]`, good until the next call
   */
  foldIn(history: Uint32Array): Float32Array
  /** Writes the score of every item for this history; shape `[items]`. */
  scores(history: Uint32Array, out: Float32Array): void
}

/** A fitted model from item factors of shape `[items, stride]`. */
export function factorModel(itemFactors: Float32Array, items: number, factors: number, rule: FoldInRule, itemSide?: ItemSide): FactorModel {
  const stride = strideOf(factors)
  if (itemFactors.length !== items * stride) {
    throw new InvalidArgument("factorModel", `${items} x ${stride} numbers`, String(itemFactors.length), "Pad rows to a multiple of 8.")
  }
  let solver: Solver | undefined
  const ready = () => {
    solver ??= openSolver(itemFactors, items, factors, rule)
    return solver
  }
  return {
    items,
    factors,
    itemFactors,
    stride,
    rule,
    itemSide,
    foldIn: (history) => ready().foldIn(history),
    scores: (history, out) => ready().scores(history, out),
    save(bundle: BundleWriter) {
      bundle.json("factors", { items, factors, rule, hasItemSide: itemSide !== undefined })
      bundle.array("items", itemFactors)
      if (itemSide !== undefined) saveItemSide(itemSide, bundle.child("item-side"))
    },
  }
}

/** Restores what a {@link FactorModel} saved. */
export function loadFactorModel(bundle: BundleReader): FactorModel {
  const parts = bundle.json("factors") as { items: number; factors: number; rule: FoldInRule; hasItemSide?: boolean }
  const itemSide = parts.hasItemSide ? loadItemSide(bundle.child("item-side")) : undefined
  return factorModel(bundle.array("items") as Float32Array, parts.items, parts.factors, parts.rule, itemSide)
}

/** Numbers a row of factors takes: a multiple of 8, as the kernel reads eight at a time. */
export const strideOf = (factors: number) => Math.ceil(factors / 8) * 8

interface Solver {
  foldIn(history: Uint32Array): Float32Array
  scores(history: Uint32Array, out: Float32Array): void
}

/** Histories are solved for their newest items alone beyond this many: a longer one hardly moves its vector. */
const LONGEST = 4096

/** A kernel job that holds the item factors, their Gram matrix and room for one row. */
function openSolver(itemFactors: Float32Array, items: number, factors: number, rule: FoldInRule): Solver {
  const n = strideOf(factors)
  const bytes = 4 * (items * (n + 1) + 2 * n * n + 40 * n + LONGEST) + 4096
  const job: KernelJob<FactorKernel> = openKernelNow<FactorKernel>("factors", bytes)
  const { arena, run } = job
  const y = arena.put("y", "f32", itemFactors)
  const gram = arena.add("gram", "f32", n * n)
  const offsets = arena.add("offsets", "u32", 2)
  const indices = arena.add("indices", "u32", LONGEST)
  const ridge = arena.add("ridge", "f32", 1)
  const x = arena.add("x", "f32", n)
  const out = arena.add("out", "f32", items)
  const scratch = arena.add("scratch", "f32", run.scratchLength(n))
  run.gram(y, n, 0, items, gram)
  const { base, perPair } = rule.ridge
  const foldIn = (history: Uint32Array) => {
    const places = arena.view("indices", "u32")
    let count = 0
    for (let at = Math.max(0, history.length - LONGEST); at < history.length; at++) if (history[at]! < items) places[count++] = history[at]!
    arena.view("offsets", "u32").set([0, count])
    arena.view("ridge", "f32")[0] = base + perPair * count
    run.solveRows(0, 1, offsets, indices, 0, rule.weight, rule.pull, y, n, gram, rule.share, ridge, x, scratch)
    return arena.view("x", "f32")
  }
  return {
    foldIn,
    scores(history, scores) {
      foldIn(history)
      run.products(y, n, 0, items, x, out)
      scores.set(arena.view("out", "f32").subarray(0, scores.length))
    },
  }
}

/** The usual check between units of a fit. */
export const stopped = (signal: AbortSignal | undefined) => throwIfCancelled(signal, "factorization")
