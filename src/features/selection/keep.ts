import { InvalidArgument } from "../../core/index.ts"

/** Which columns stay, by their scores. */
export type KeepRule =
  /** The so many best. */
  | { readonly best: number }
  /** Those scoring at least this. */
  | { readonly atLeast: number }
  /** Those whose tests pass at this false discovery rate: of the columns kept, about this share has no relation. */
  | { readonly falseDiscovery: number }

/**
 * Places of the columns that stay, ascending. NaN scores never do. Equal scores are kept by place.
 *
 * @param p - needed for `falseDiscovery`
 * @throws {@link InvalidArgument} on a rate outside (0, 1), or one without p values
 * @see Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x
 */
export function keepColumns(scores: ArrayLike<number>, rule: KeepRule, p?: ArrayLike<number>): number[] {
  const known = Array.from({ length: scores.length }, (_, col) => col).filter((col) => !Number.isNaN(scores[col]!))
  if ("atLeast" in rule) return known.filter((col) => scores[col]! >= rule.atLeast)
  if ("best" in rule) {
    const best = known.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, rule.best)
    return best.sort((a, b) => a - b)
  }
  const rate = rule.falseDiscovery
  if (!(rate > 0 && rate < 1) || p === undefined) {
    const came = p === undefined ? "no p values" : `${rate}`
    throw new InvalidArgument("keepColumns", "a rate in (0, 1) and p values", came, "Use best or atLeast, or a score that is a test.")
  }
  const order = known.sort((a, b) => p[a]! - p[b]! || a - b)
  let passed = 0
  order.forEach((col, i) => {
    if (p[col]! <= (rate * (i + 1)) / order.length) passed = i + 1
  })
  return order.slice(0, passed).sort((a, b) => a - b)
}
