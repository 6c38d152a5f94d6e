import { InvalidArgument, random } from "../../core/index.ts"
import { checkedShares, collect, type Shares, type Split, TEST, VALIDATION } from "./split.ts"

/**
 * Rows at random with the classes in the same proportions in every part.
 *
 * Each class gives its share of rows to each part, rounded down or up; which classes round up is decided by the largest remainder, so that the
 * parts as a whole are exact to one row too.
 * @param classes - class of each row, such as a label or a bucket of one; shape `[n]`, no NaN
 * @throws {@link InvalidArgument} on NaN, for a row without a class belongs nowhere
 */
export function splitStratified(classes: ArrayLike<number>, shares: Shares, { seed }: { readonly seed: number }): Split {
  const { validation, test } = checkedShares("splitStratified", shares)
  const strata = rowsByClass(classes)
  const sizes = strata.map((rows) => rows.length)
  const tests = allot(sizes, sizes, test)
  const left = sizes.map((size, stratum) => size - tests[stratum]!)
  const validations = allot(sizes, left, validation)
  const parts = new Uint8Array(classes.length)
  const chance = random(seed).split("splitStratified")
  strata.forEach((rows, stratum) => {
    chance.shuffle(rows)
    const [tested, held] = [tests[stratum]!, tests[stratum]! + validations[stratum]!]
    for (let i = 0; i < held; i++) parts[rows[i]!] = i < tested ? TEST : VALIDATION
  })
  return collect(parts)
}

/** Rows of each class, ascending, by ascending class. */
function rowsByClass(classes: ArrayLike<number>): number[][] {
  const byClass = new Map<number, number[]>()
  for (let row = 0; row < classes.length; row++) {
    const name = classes[row]!
    if (Number.isNaN(name)) throw new InvalidArgument("splitStratified", "a class for each row", `NaN in row ${row}`, "Leave the row out.")
    const rows = byClass.get(name)
    if (rows === undefined) byClass.set(name, [row])
    else rows.push(row)
  }
  return [...byClass].sort(([a], [b]) => a - b).map(([, rows]) => rows)
}

/**
 * How many rows each stratum gives, `round(share * total)` together: the whole parts first, then one each by largest remainder, never more than it
 * has left.
 */
function allot(sizes: readonly number[], left: readonly number[], share: number): number[] {
  const given = sizes.map((size) => Math.floor(size * share + 1e-9))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let missing = Math.round(total * share) - given.reduce((sum, rows) => sum + rows, 0)
  const order = sizes.map((size, i) => ({ i, rest: size * share - given[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (const { i, rest } of order) {
    if (missing === 0 || rest < 1e-9) break
    if (given[i]! >= left[i]!) continue
    given[i]!++
    missing--
  }
  return given
}
