import { chiSquareSf, logGamma } from "../../core/index.ts"

/** Counts of two categories together: `counts[a * right + b]`, shape `[left, right]`. */
export interface Contingency {
  readonly counts: Float64Array
  readonly left: number
  readonly right: number
}

/** Pearson's chi-square of a table, without correction. */
export interface TableTest {
  readonly chi2: number
  readonly df: number
  readonly p: number
  /** Cramér's V, the strength of the relation whatever the number of rows, in [0, 1]. */
  readonly v: number
}

/** Sums of rows, of columns and of everything. */
function margins({ counts, left, right }: Contingency) {
  const rows = new Float64Array(left)
  const cols = new Float64Array(right)
  let total = 0
  for (let a = 0; a < left; a++) {
    for (let b = 0; b < right; b++) {
      const count = counts[a * right + b]!
      rows[a]! += count
      cols[b]! += count
      total += count
    }
  }
  return { rows, cols, total }
}

/** Are two categories independent? Rows and columns without a count are left out. @see Cramér 1946, Mathematical Methods of Statistics */
export function chiSquareTable(table: Contingency): TableTest {
  const { rows, cols, total } = margins(table)
  let chi2 = 0
  for (let a = 0; a < table.left; a++) {
    for (let b = 0; b < table.right; b++) {
      const expected = (rows[a]! * cols[b]!) / total
      if (expected > 0) chi2 += (table.counts[a * table.right + b]! - expected) ** 2 / expected
    }
  }
  const [left, right] = [rows.filter((sum) => sum > 0).length, cols.filter((sum) => sum > 0).length]
  const df = (left - 1) * (right - 1)
  const least = Math.min(left, right) - 1
  return { chi2, df, p: df > 0 ? chiSquareSf(chi2, df) : 1, v: least > 0 ? Math.sqrt(chi2 / (total * least)) : 0 }
}

/** What two categories tell of each other, in nats. */
export interface MutualInformation {
  /** 0 for independent ones, at most the smaller entropy. It grows with the number of values even by chance. */
  readonly mi: number
  readonly leftEntropy: number
  readonly rightEntropy: number
  /** As a share of the mean entropy, in [0, 1]. */
  readonly normalised: number
}

/** Mutual information of a table. @see Cover & Thomas 2006, Elements of Information Theory, section 2.3 */
export function mutualInformationOf(table: Contingency): MutualInformation {
  const { rows, cols, total } = margins(table)
  let mi = 0
  for (let a = 0; a < table.left; a++) {
    for (let b = 0; b < table.right; b++) {
      const count = table.counts[a * table.right + b]!
      if (count > 0) mi += (count / total) * Math.log((count * total) / (rows[a]! * cols[b]!))
    }
  }
  const [leftEntropy, rightEntropy] = [entropy(rows, total), entropy(cols, total)]
  const mean = (leftEntropy + rightEntropy) / 2
  return { mi: Math.max(0, mi), leftEntropy, rightEntropy, normalised: mean > 0 ? mi / mean : 1 }
}

function entropy(sums: Float64Array, total: number): number {
  return sums.reduce((sum, count) => (count > 0 ? sum - (count / total) * Math.log(count / total) : sum), 0)
}

/**
 * Mutual information less what chance alone gives tables with these sums, as a share of the most it could be: 0 for independent categories of
 * any number of values, so that ids do not win. Costs `left * right * n / max(left, right)`.
 *
 * @see Vinh, Epps & Bailey 2010, https://jmlr.org/papers/v11/vinh10a.html
 */
export function adjustedMutualInformation(table: Contingency): number {
  const { rows, cols, total } = margins(table)
  const { mi, leftEntropy, rightEntropy } = mutualInformationOf(table)
  const chance = expectedInformation(rows, cols, total)
  const most = (leftEntropy + rightEntropy) / 2
  return (mi - chance) / (most - chance)
}

function expectedInformation(rows: Float64Array, cols: Float64Array, n: number): number {
  const factorials = new Float64Array(n + 1)
  for (let i = 0; i <= n; i++) factorials[i] = logGamma(i + 1)
  let sum = 0
  for (const a of rows) {
    for (const b of cols) {
      if (a === 0 || b === 0) continue
      const known = factorials[a]! + factorials[b]! + factorials[n - a]! + factorials[n - b]! - factorials[n]!
      for (let count = Math.max(1, a + b - n); count <= Math.min(a, b); count++) {
        const ways = known - factorials[count]! - factorials[a - count]! - factorials[b - count]! - factorials[n - a - b + count]!
        sum += (count / n) * Math.log((n * count) / (a * b)) * Math.exp(ways)
      }
    }
  }
  return sum
}
