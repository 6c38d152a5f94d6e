import { chiSquareSf, InvalidArgument } from "../../core/index.ts"
import { type ColumnScores, classesOf, type NumberRows } from "./rows.ts"

/**
 * Chi-square of each column of counts, or of 0 and 1, with the classes of the label: are its totals spread over the classes as the rows are?
 * For one-hot columns and word counts. One pass; missing counts as 0.
 *
 * @throws {@link InvalidArgument} on a negative number, or fewer than two classes
 * @see Pearson 1900, doi:10.1080/14786440009463897
 */
export function chiSquareCounts(rows: NumberRows, labels: ArrayLike<number>): ColumnScores {
  const { places, values } = classesOf("chiSquareCounts", rows, labels)
  const { data, cols } = rows
  const observed = new Float64Array(values.length * cols)
  const sizes = new Float64Array(values.length)
  let least = 0
  for (let row = 0, at = 0; row < rows.rows; row++) {
    const place = places[row]!
    sizes[place]! += 1
    let to = place * cols
    for (let col = 0; col < cols; col++, at++, to++) {
      const x = data[at]!
      if (Number.isNaN(x)) continue
      if (x < least) least = x
      observed[to]! += x
    }
  }
  if (least < 0) throw new InvalidArgument("chiSquareCounts", "numbers of 0 or more", `${least}`, "Use anova, or bucket the column.")
  const scores = new Float64Array(cols)
  const p = new Float64Array(cols)
  for (let col = 0; col < cols; col++) {
    let total = 0
    for (let c = 0; c < values.length; c++) total += observed[c * cols + col]!
    for (let c = 0; c < values.length; c++) {
      const expected = (total * sizes[c]!) / rows.rows
      scores[col]! += (observed[c * cols + col]! - expected) ** 2 / expected
    }
    p[col] = Number.isNaN(scores[col]!) ? Number.NaN : chiSquareSf(scores[col]!, values.length - 1)
  }
  return { scores, p }
}
