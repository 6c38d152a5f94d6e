import { binOf, chiSquareSf } from "../../core/index.ts"
import { CodeTable, countCodes } from "../transforms/code-table.ts"
import { quantilesOf } from "../transforms/column-stats.ts"
import { gatherColumns } from "../transforms/columnwise.ts"
import { type Contingency, chiSquareTable, mutualInformationOf, type TableTest } from "./contingency.ts"
import { type Classes, type ColumnScores, classesOf, type NumberRows } from "./rows.ts"

export interface MutualInformationOptions {
  /** Columns with more distinct values than this are cut into as many bins of equal shares. Default 32. */
  readonly bins?: number
}

/**
 * Mutual information of each column with the classes of the label, in nats: sees any relation, not only a straight one. Categories as they are,
 * numbers in bins of equal shares; missing is a value of its own. `p` is that of the G test, `2 n MI` against chi-square.
 *
 * @throws {@link InvalidArgument} on fewer than two classes
 */
export function mutualInformation(rows: NumberRows, labels: ArrayLike<number>, { bins = 32 }: MutualInformationOptions = {}): ColumnScores {
  const classes = classesOf("mutualInformation", rows, labels)
  const scores = new Float64Array(rows.cols)
  const p = new Float64Array(rows.cols)
  eachTable(rows, classes, bins, (table, col) => {
    scores[col] = mutualInformationOf(table).mi
    p[col] = gTestOf(table, scores[col]!, rows.rows)
  })
  return { scores, p }
}

/** Cramér's V of each column with the classes of the label, and the chi-square test; columns are cut as in {@link mutualInformation}. */
export function association(rows: NumberRows, labels: ArrayLike<number>, { bins = 32 }: MutualInformationOptions = {}): ColumnScores {
  const classes = classesOf("association", rows, labels)
  const tests: TableTest[] = []
  eachTable(rows, classes, bins, (table) => void tests.push(chiSquareTable(table)))
  return { scores: Float64Array.from(tests, ({ v }) => v), p: Float64Array.from(tests, (test) => test.p) }
}

function gTestOf(table: Contingency, mi: number, n: number): number {
  const { df, chi2 } = chiSquareTable(table)
  return df === 0 || chi2 === 0 ? 1 : chiSquareSf(2 * n * mi, df)
}

/** Groups of columns gathered at a time. */
const GROUP = 16

function eachTable(rows: NumberRows, classes: Classes, bins: number, use: (table: Contingency, col: number) => void): void {
  for (let first = 0; first < rows.cols; first += GROUP) {
    const columns = gatherColumns(rows as Parameters<typeof gatherColumns>[0], first, Math.min(rows.cols, first + GROUP))
    columns.forEach((values, i) => {
      use(tableOfColumn(values, classes, bins), first + i)
    })
  }
}

/** Counts of a column's values, or bins, with the classes; missing is the last value. */
export function tableOfColumn(values: Float64Array, { places, values: names }: Classes, bins: number): Contingency {
  const right = names.length
  const { left, of } = cellsOf(values, bins)
  const counts = new Float64Array(left * right)
  for (let row = 0; row < values.length; row++) counts[of(values[row]!) * right + places[row]!]! += 1
  return { counts, left, right }
}

function cellsOf(values: Float64Array, bins: number): { readonly left: number; readonly of: (x: number) => number } {
  if (fewDistinct(values, bins)) {
    const table = new CodeTable(countCodes(values).codes)
    return {
      left: table.size + 1,
      of: (x) => {
        const place = table.placeOf(x)
        return place < 0 ? table.size : place
      },
    }
  }
  const shares = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins)
  const edges = Float64Array.from(new Set(quantilesOf(values.slice(), shares)))
  return { left: edges.length + 2, of: (x) => (Number.isNaN(x) ? edges.length + 1 : binOf(edges, x)) }
}

/** Whether a column has at most so many distinct numbers; stops looking at the first one too many. */
function fewDistinct(values: Float64Array, most: number): boolean {
  const seen = new Set<number>()
  let last = Number.NaN
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    if (x === last || Number.isNaN(x)) continue
    last = x
    seen.add(x)
    if (seen.size > most) return false
  }
  return true
}
