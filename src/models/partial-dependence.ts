import { InvalidArgument, type Matrix, type Predictor } from "../core/index.ts"

/**
 * Mean prediction over `rows` when one column is set to each value of `grid`, everything else left as it is; shape `[grid.length * outputs]`,
 * output by output within a value. Shows the shape of a column's effect; misleads where columns depend on each other.
 * @throws {@link InvalidArgument} when there is no such column, or there are no rows
 * @see Friedman 2001, Greedy Function Approximation, section 8.2
 */
export function partialDependence(model: Pick<Predictor, "predict">, rows: Matrix, column: number, grid: ArrayLike<number>): Float64Array {
  if (!(Number.isInteger(column) && column >= 0 && column < rows.cols)) {
    throw new InvalidArgument("partialDependence", `a column from 0 to ${rows.cols - 1}`, String(column), "Pass the place of a column.")
  }
  if (rows.rows === 0) throw new InvalidArgument("partialDependence", "rows to average over", "none", "Pass a sample of the data.")
  const changed = { ...rows, data: rows.data.slice() }
  const means: number[] = []
  for (let g = 0; g < grid.length; g++) {
    for (let i = 0; i < rows.rows; i++) changed.data[i * rows.cols + column] = grid[g]!
    const predictions = model.predict(changed)
    const outputs = predictions.length / rows.rows
    for (let o = 0; o < outputs; o++) {
      let sum = 0
      for (let i = o; i < predictions.length; i += outputs) sum += predictions[i]!
      means.push(sum / rows.rows)
    }
  }
  return Float64Array.from(means)
}

/** Up to `count` values of a column spread over its quantiles, ascending, each once, missing left out: a grid for {@link partialDependence}. */
export function quantileGrid(rows: Matrix, column: number, count = 20): Float64Array {
  const values = Float64Array.from({ length: rows.rows }, (_, i) => rows.data[i * rows.cols + column]!)
    .filter((x) => !Number.isNaN(x))
    .sort()
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!
  const picked = Array.from({ length: values.length === 0 ? 0 : count }, (_, i) => at(count === 1 ? 0.5 : i / (count - 1)))
  return Float64Array.from(new Set(picked))
}
