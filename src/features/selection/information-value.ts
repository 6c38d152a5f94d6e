import type { Contingency } from "./contingency.ts"

/**
 * Information value of a table of a category with a yes-or-no label (columns: no, yes): `sum (share of no - share of yes) ln(ratio)`, half a
 * count added to each cell. By custom 0.02 to 0.1 is weak, 0.1 to 0.3 medium, above 0.5 too good to be true: look for a leak.
 *
 * @see Siddiqi 2006, Credit Risk Scorecards
 */
export function informationValue({ counts, left }: Contingency): number {
  let [no, yes] = [0, 0]
  for (let a = 0; a < left; a++) {
    no += counts[2 * a]! + 0.5
    yes += counts[2 * a + 1]! + 0.5
  }
  let sum = 0
  for (let a = 0; a < left; a++) {
    const [p, q] = [(counts[2 * a]! + 0.5) / no, (counts[2 * a + 1]! + 0.5) / yes]
    sum += (p - q) * Math.log(p / q)
  }
  return sum
}
