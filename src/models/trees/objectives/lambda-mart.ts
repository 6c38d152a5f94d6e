import { InvalidArgument } from "../../../core/index.ts"
import type { TreesJob } from "../kernel.ts"
import { lambdaPairs, ndcgWeight } from "./lambda-pairs.ts"
import type { BoundObjective, GradientPass, Objective, ObjectiveData } from "./objective.ts"
import { discountsOf, type GainKind, inverseIdeals, ndcgLoss, type Queries, queriesOf } from "./queries.ts"

/** Queries of one kernel call. */
const QUERIES = 32

export interface LambdaMartOptions {
  /** NDCG's cutoff, for the loss that is reported. */
  readonly k?: number
  /** Pairs count when their better-placed document is among the first so many. A little more than `k` is best. */
  readonly truncation?: number
  /** Discounts end at `truncation`, so that lambdas are those of NDCG at that cutoff; otherwise they run on, as LightGBM's do. */
  readonly cutDiscount?: boolean
  readonly sigma?: number
  /** Damps pairs that are far apart and queries with many pairs. */
  readonly norm?: boolean
  readonly gain?: GainKind
}

/**
 * LambdaMART: pairs weighed by what swapping them would change in NDCG.
 * @see Burges 2010, MSR-TR-2010-82; the truncation and `norm`: LightGBM's lambdarank
 */
export function lambdaMart(options: LambdaMartOptions = {}): Objective {
  const { k = 10, truncation = 30, cutDiscount = false, sigma = 1, norm = true, gain = "exp" } = options
  checkPositive("lambdaMart", { k, truncation, sigma })
  const full = { k, truncation, cutDiscount, sigma, norm, gain }
  return ranking("lambdaMart", full, (data, job) => {
    const queries = queriesOf("lambdaMart", data, gain)
    const discounts = discountsOf(queries.longest + 8, cutDiscount ? truncation : undefined)
    const inverse = inverseIdeals(queries, truncation)
    return pairs(queries, { ...full, discounts, inverse, isFlat: false }, job)
  })
}

export interface PairwiseOptions {
  /** NDCG's cutoff, for the loss that is reported. */
  readonly k?: number
  readonly sigma?: number
}

/** RankNet: every pair of different grades counts alike. @see Burges et al. 2005, doi:10.1145/1102351.1102363 */
export function pairwise({ k = 10, sigma = 1 }: PairwiseOptions = {}): Objective {
  checkPositive("pairwise", { k, sigma })
  return ranking("pairwise", { k, sigma }, (data, job) => {
    const queries = queriesOf("pairwise", data, "exp")
    const truncation = queries.longest
    const inverse = new Float32Array(queries.count).fill(1)
    return pairs(queries, { k, sigma, truncation, norm: false, discounts: discountsOf(truncation + 8), inverse, isFlat: true }, job)
  })
}

interface Pairing {
  readonly k: number
  readonly truncation: number
  readonly sigma: number
  readonly norm: boolean
  readonly discounts: Float32Array
  readonly inverse: Float32Array
  readonly isFlat: boolean
}

function pairs(queries: Queries, pairing: Pairing, job: TreesJob | undefined): BoundObjective {
  const ideals = inverseIdeals(queries, pairing.k)
  const run = job === undefined ? undefined : layOut(queries, pairing, job)
  return {
    base: new Float64Array(1),
    gradients(pass) {
      if (run !== undefined) run()
      else plainly(queries, pairing, pass)
    },
    loss: (scores) => ndcgLoss(queries, pairing.k, ideals, scores),
  }
}

/** The kernel's regions. @returns what fills `gradients` and `hessians` from `scores` */
function layOut({ starts, count, longest, gains }: Queries, pairing: Pairing, { arena, crew }: TreesJob): () => void {
  const { truncation, sigma, norm, discounts, inverse, isFlat } = pairing
  const room = Math.ceil(longest / 4) * 4
  const order = Uint32Array.from(gains.keys())
  for (let q = 0; q < count; q++) for (let i = starts[q]!; i < starts[q + 1]!; i++) order[i]! -= starts[q]!
  const startsAt = arena.put("queryStarts", "u32", starts)
  const gainsAt = arena.put("gains", "f32", gains)
  const orderAt = arena.put("order", "u32", order)
  const inverseAt = arena.put("inverseIdeals", "f32", inverse)
  const discountsAt = arena.put("discounts", "f32", discounts)
  const scratchBytes = 16 * (room + 8)
  const calls = Math.ceil(count / QUERIES)
  // A call needs room of its own; at most four a thread, so that long queries do not take much.
  const lanes = Math.min(calls, 4 * crew.threads)
  const scratchAt = arena.add("lambdaScratch", "f32", (lanes * scratchBytes) / 4)
  const [scores, gradients, hessians] = ["scores", "gradients", "hessians"].map((name) => arena.address(name)) as [number, number, number]
  const spans = Array.from({ length: lanes }, (_, lane) => [Math.floor((lane * count) / lanes), Math.floor(((lane + 1) * count) / lanes)])
  const lists = spans.map(([from, to], lane) => {
    const at = [from!, to!, startsAt, scores, gainsAt, orderAt, inverseAt, discountsAt]
    return [...at, truncation, sigma, norm ? 1 : 0, isFlat ? 1 : 0, gradients, hessians, scratchAt + lane * scratchBytes, room]
  })
  return () => crew.run("lambdas", lists)
}

function plainly({ starts, count, gains }: Queries, pairing: Pairing, { scores, gradients, hessians }: GradientPass): void {
  for (let q = 0; q < count; q++) {
    const weight = pairing.isFlat ? () => 1 : ndcgWeight(pairing.discounts, pairing.inverse[q]!)
    lambdaPairs(scores, gains, starts[q]!, starts[q + 1]! - starts[q]!, { ...pairing, weight }, gradients, hessians)
  }
}

/** An objective over queries with one score a document. */
export function ranking(name: string, options: object, bind: (data: ObjectiveData, job?: TreesJob) => BoundObjective): Objective {
  return { name, outputs: 1, link: "identity", isRanking: true, options, bind }
}

/** @throws {@link InvalidArgument} naming what is not above 0 */
export function checkPositive(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value > 0)) throw new InvalidArgument(where, `${name} above 0`, String(value), "Leave it out for the default.")
  }
}
