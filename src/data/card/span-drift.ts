import {
  type CountPair,
  categoryCounts,
  chiSquareTwoSample,
  jensenShannon,
  kolmogorovSmirnov,
  populationStability,
  quantileCounts,
  wassersteinInDeviations,
} from "../../core/index.ts"

/** Two stretches of time, ends not included; ISO 8601. */
export interface Span {
  readonly from: string
  readonly to: string
}

/** How one column of what people did changed from one span to the other. */
export interface ColumnDrift {
  readonly column: string
  readonly kind: "number" | "category"
  /** Values seen before and now. */
  readonly before: number
  readonly after: number
  /** Population stability index: below 0.1 stable, above 0.25 shifted. */
  readonly psi: number
  /** Chance of as much difference when nothing changed: Kolmogorov-Smirnov and chi-square for numbers, chi-square for names. */
  readonly p: number
  /** Numbers: Wasserstein distance in deviations. Categories: Jensen-Shannon distance in [0, 0.833]. */
  readonly distance: number
  readonly verdict: "stable" | "moved" | "shifted"
  /** What changed most, as people read it. */
  readonly detail: string
}

/** Categories beyond this many meet in one. */
const MOST_CATEGORIES = 50
const [MOVED, SHIFTED, CHANCE] = [0.1, 0.25, 0.001]

/** Compares a column of numbers between two spans; missing ones are left out. */
export function numberDrift(column: string, before: readonly number[], after: readonly number[]): ColumnDrift {
  const counts = quantileCounts(before, after, 10)
  // Kolmogorov-Smirnov sees a move, chi-square over the bins a change of shape: twice the smaller is the chance of either.
  const p = Math.min(1, 2 * Math.min(kolmogorovSmirnov(before, after).pAsymptotic, chiSquareTwoSample(counts).p))
  const psi = populationStability(counts, "addHalf")
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    ...{ column, kind: "number", before: before.length, after: after.length, psi, p },
    distance: wassersteinInDeviations(before, after),
    verdict: verdictOf(psi, p),
    detail: `mean ${short(mean(before))} to ${short(mean(after))}`,
  }
}

/** Compares a column of names between two spans; all but the 50 most frequent meet in `other`. */
export function categoryDrift(column: string, before: readonly string[], after: readonly string[]): ColumnDrift {
  const { names, ...counts } = merged(categoryCounts(before, after))
  const psi = populationStability(counts, "addHalf")
  const { p } = chiSquareTwoSample(counts)
  const share = (side: ArrayLike<number>, i: number, of: number) => side[i]! / of
  const changes = names.map((_, i) => share(counts.current, i, after.length) - share(counts.reference, i, before.length))
  const most = changes.reduce((best, change, i) => (Math.abs(change) > Math.abs(changes[best]!) ? i : best), 0)
  const percent = (side: ArrayLike<number>, of: number) => `${short(100 * share(side, most, of))} %`
  return {
    ...{ column, kind: "category", before: before.length, after: after.length, psi, p },
    distance: Math.sqrt(jensenShannon(counts)),
    verdict: verdictOf(psi, p),
    detail: `${names[most]} ${percent(counts.reference, before.length)} to ${percent(counts.current, after.length)}`,
  }
}

/** A shift that chance does not explain; with few values the index alone is noise. */
function verdictOf(psi: number, p: number): ColumnDrift["verdict"] {
  if (p > CHANCE || psi < MOVED) return "stable"
  return psi < SHIFTED ? "moved" : "shifted"
}

function merged({ names, reference, current }: CountPair & { readonly names: readonly string[] }) {
  const order = [...names.keys()].sort((a, b) => reference[b]! + current[b]! - reference[a]! - current[a]! || a - b)
  const kept = order.slice(0, MOST_CATEGORIES)
  const rest = order.slice(MOST_CATEGORIES)
  const gathered = (side: ArrayLike<number>) => [
    ...kept.map((i) => side[i]!),
    ...(rest.length > 0 ? [rest.reduce((sum, i) => sum + side[i]!, 0)] : []),
  ]
  return {
    names: [...kept.map((i) => names[i]!), ...(rest.length > 0 ? ["other"] : [])],
    reference: gathered(reference),
    current: gathered(current),
  }
}

const short = (value: number) => String(Number(value.toPrecision(3)))
