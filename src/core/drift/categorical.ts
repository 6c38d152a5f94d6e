import { chiSquareSf } from "../special-functions.ts"
import { type CountPair, sharesOf } from "./shares.ts"

/** What becomes of a category that one side never saw, whose logarithm has no value. */
export type ZeroRule =
  /** A zero share counts as 1e-4; shares are not brought back to a sum of 1. The convention of scorecards; default. */
  | "floor"
  /** Half a count is added everywhere first. */
  | "addHalf"
  /** The result is infinite. */
  | "none"
  /** As `floor`, with a share of one's own in place of 1e-4. */
  | { readonly floor: number }

const FLOOR = 1e-4

/**
 * Population stability index: `sum (p - q) ln(p / q)` over categories or bins, the symmetric Kullback-Leibler divergence in nats.
 *
 * By custom below 0.1 is stable, 0.1 to 0.25 worth a look, above 0.25 a shift. Its noise alone is about `(k - 1) (1/n + 1/m)`.
 * @returns 0 or more
 * @throws {@link InvalidArgument} on counts that cannot be compared
 * @see Siddiqi 2006, Credit Risk Scorecards; Yurdakul & Naranjo 2020, doi:10.21314/JRMV.2020.227 (its distribution)
 */
export function populationStability(counts: CountPair, zero: ZeroRule = "floor"): number {
  const half = zero === "addHalf" ? 0.5 : 0
  const plus = (side: ArrayLike<number>) => Float64Array.from(side, (count) => count + half)
  const { p, q } = sharesOf("populationStability", { reference: plus(counts.reference), current: plus(counts.current) })
  const floor = zero === "floor" ? FLOOR : typeof zero === "object" ? zero.floor : 0
  let sum = 0
  for (let i = 0; i < p.length; i++) {
    const a = p[i] === 0 ? floor : p[i]!
    const b = q[i] === 0 ? floor : q[i]!
    if (a !== b) sum += (a - b) * Math.log(a / b)
  }
  return sum
}

/** Kullback-Leibler divergence of the current side from the reference, `sum p ln(p / q)`, in nats; infinite when the current side lacks a category. */
export function klDivergence(counts: CountPair): number {
  const { p, q } = sharesOf("klDivergence", counts)
  let sum = 0
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum += p[i]! * Math.log(p[i]! / q[i]!)
  return sum
}

/**
 * Jensen-Shannon divergence in nats: the mean divergence of both sides from their average, in `[0, ln 2]`. Its square root is a distance.
 *
 * @see Lin 1991, doi:10.1109/18.61115
 */
export function jensenShannon(counts: CountPair): number {
  const { p, q } = sharesOf("jensenShannon", counts)
  let sum = 0
  for (let i = 0; i < p.length; i++) {
    const middle = (p[i]! + q[i]!) / 2
    if (p[i]! > 0) sum += p[i]! * Math.log(p[i]! / middle)
    if (q[i]! > 0) sum += q[i]! * Math.log(q[i]! / middle)
  }
  return Math.max(0, sum / 2)
}

/** Hellinger distance, in [0, 1]: `sqrt(sum (sqrt p - sqrt q)^2 / 2)`. */
export function hellinger(counts: CountPair): number {
  const { p, q } = sharesOf("hellinger", counts)
  let sum = 0
  for (let i = 0; i < p.length; i++) sum += (Math.sqrt(p[i]!) - Math.sqrt(q[i]!)) ** 2
  return Math.sqrt(sum / 2)
}

/** Total variation distance, in [0, 1]: half the sum of the share differences; the share of traffic that would have to change category. */
export function totalVariation(counts: CountPair): number {
  const { p, q } = sharesOf("totalVariation", counts)
  return p.reduce((sum, share, i) => sum + Math.abs(share - q[i]!), 0) / 2
}

/** L-infinity distance, in [0, 1]: the greatest difference of one share. */
export function largestShareChange(counts: CountPair): number {
  const { p, q } = sharesOf("largestShareChange", counts)
  return p.reduce((most, share, i) => Math.max(most, Math.abs(share - q[i]!)), 0)
}

/** A chi-square test: statistic, degrees of freedom, and the chance of one as large when nothing changed. */
export interface ChiSquareTest {
  readonly chi2: number
  readonly df: number
  readonly p: number
}

/** Chi-square test that both sides were drawn from one distribution (2 x k table, no correction); categories empty on both sides are left out. */
export function chiSquareTwoSample({ reference, current }: CountPair): ChiSquareTest {
  sharesOf("chiSquareTwoSample", { reference, current })
  const sum = (side: ArrayLike<number>) => Array.from(side).reduce((total, count) => total + count, 0)
  const n = sum(reference)
  const m = sum(current)
  let chi2 = 0
  let kept = 0
  for (let i = 0; i < reference.length; i++) {
    const both = reference[i]! + current[i]!
    if (both === 0) continue
    kept++
    const expected = (both * n) / (n + m)
    chi2 += (reference[i]! - expected) ** 2 / expected + (current[i]! - (both - expected)) ** 2 / (both - expected)
  }
  return { chi2, df: kept - 1, p: kept > 1 ? chiSquareSf(chi2, kept - 1) : 1 }
}

/** Chi-square test of the current counts against the reference shares taken as true; infinite when the reference lacks a category. */
export function chiSquareGoodnessOfFit(counts: CountPair): ChiSquareTest {
  const { p, q } = sharesOf("chiSquareGoodnessOfFit", counts)
  const total = Array.from(counts.current).reduce((sum, count) => sum + count, 0)
  let chi2 = 0
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) chi2 += (total * (q[i]! - p[i]!) ** 2) / p[i]!
  return { chi2, df: p.length - 1, p: p.length > 1 ? chiSquareSf(chi2, p.length - 1) : 1 }
}

/** The likelihood-ratio twin of {@link chiSquareGoodnessOfFit}: `2 sum o ln(o / e)`. */
export function gTest(counts: CountPair): ChiSquareTest {
  const { p, q } = sharesOf("gTest", counts)
  const total = Array.from(counts.current).reduce((sum, count) => sum + count, 0)
  let g = 0
  for (let i = 0; i < p.length; i++) if (q[i]! > 0) g += 2 * total * q[i]! * Math.log(q[i]! / p[i]!)
  return { chi2: g, df: p.length - 1, p: p.length > 1 ? chiSquareSf(Math.max(0, g), p.length - 1) : 1 }
}

/** Entropy of a list of counts, in nats; divide by `Math.LN2` for bits. */
export function entropyOf(counts: ArrayLike<number>): number {
  const { p } = sharesOf("entropyOf", { reference: counts, current: counts })
  return p.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)
}
