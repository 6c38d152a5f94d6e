import { InvalidArgument, random } from "../../core/index.ts"
import { CodeTable, countCodes } from "./code-table.ts"
import { type CodeEncoding, type CodeRule, codewise, loadCodes } from "./codewise.ts"
import { gatherColumns } from "./columnwise.ts"
import { leadingDirections } from "./leading-directions.ts"
import type { TransformData, TransformStep } from "./transform.ts"

export interface EmbeddingConfig {
  /** Numbers a value; default 8. */
  readonly dimension?: number
  /** Rows that the average value counts as, beside those of the value: rare values stay near the origin. Default 10. */
  readonly smoothing?: number
  /** Distinct values of a neighbouring column that count as context, at most, the most frequent. Default 200. */
  readonly contexts?: number
  /**
   * Count the labels as company too. A training row then sees its own label in its value's vector, as with a rate that is not out of fold: for values
   * with many rows alone. Default false.
   */
  readonly labels?: boolean
}

const rule = (config: Required<EmbeddingConfig>): CodeRule => ({
  kind: "embedding",
  config,
  learn: (values, data, column, seed) => learn(values, data, column, seed, config),
  name: (column, place) => `${column} e${place}`,
})

/**
 * A learned table of a few numbers a value: values that occur with the same values of the other columns come to lie close
 * together. Unseen and missing values lie at the origin, the average.
 *
 * The table holds the leading directions of how a value's company differs from what chance would give it (correspondence analysis), shrunk
 * for rare values; it needs other columns, or labels. Codes are taken as categories in all columns.
 * @throws {@link InvalidArgument} in `fit` when there is neither another column nor a label
 * @see Greenacre 2017, Correspondence Analysis in Practice; Levy & Goldberg 2014 (word vectors as a factorisation)
 */
export function embedding({ dimension = 8, smoothing = 10, contexts = 200, labels = false }: EmbeddingConfig = {}): TransformStep {
  if (!(Number.isInteger(dimension) && dimension >= 1))
    throw new InvalidArgument("embedding", "1 dimension or more", `${dimension}`, "Use 8.")
  return codewise(rule({ dimension, smoothing, contexts, labels }))
}

export const loadEmbedding = loadCodes(rule)

function learn(values: Float64Array, data: TransformData, column: number, seed: number, config: Required<EmbeddingConfig>): CodeEncoding {
  const { codes, counts } = countCodes(values)
  const table = new CodeTable(codes)
  const company = companyOf(config.labels ? data : { rows: data.rows }, column, config.contexts)
  if (company.length === 0) {
    const remedy = "Add columns to the step, or let labels count and pass them."
    throw new InvalidArgument("embedding", "another column or labels to learn from", `column ${column} alone`, remedy)
  }
  const width = company.reduce((sum, { size }) => sum + size, 0)
  const residuals = new Float64Array(codes.length * width)
  let first = 0
  for (const { places, size } of company) {
    addResiduals(residuals, values, table, places, size, width, first)
    first += size
  }
  for (let place = 0; place < codes.length; place++) {
    const shrink = 1 / (counts[place]! + config.smoothing)
    for (let i = 0; i < width; i++) residuals[place * width + i]! *= shrink
  }
  const weights = counts.map(Math.sqrt)
  const directions = leadingDirections(residuals, codes.length, width, weights, config.dimension, random(seed).split(`embedding ${column}`))
  const rows = new Float32Array((codes.length + 2) * config.dimension)
  for (let place = 0; place < codes.length; place++) {
    for (let k = 0; k < config.dimension; k++) {
      let sum = 0
      for (let i = 0; i < width; i++) sum += residuals[place * width + i]! * (directions[k]?.[i] ?? 0)
      rows[place * config.dimension + k] = sum
    }
  }
  return { codes, width: config.dimension, rows }
}

/** What a value is seen with: for each row a place in `[0, size)`, or -1. */
interface Company {
  readonly places: Int32Array
  readonly size: number
}

function companyOf({ rows, labels }: TransformData, column: number, most: number): Company[] {
  const others = Array.from({ length: rows.cols }, (_, col) => col).filter((col) => col !== column)
  const company = others.map((col) => contextOf(gatherColumns(rows, col, col + 1)[0]!, most))
  if (labels !== undefined) company.push(contextOf(Float64Array.from(labels), most))
  return company.filter(({ size }) => size > 1)
}

function contextOf(values: Float64Array, most: number): Company {
  const { codes, counts } = countCodes(values)
  const frequent = Array.from(codes.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, most)
    .map((place) => codes[place]!)
  const table = new CodeTable(Float64Array.from(frequent).sort())
  return { places: Int32Array.from(values, (code) => table.placeOf(code)), size: table.size }
}

/** Adds `(count - expected) / sqrt(share of the context)` of each value and context; dividing by the value's count comes later. */
function addResiduals(
  out: Float64Array,
  values: Float64Array,
  table: CodeTable,
  places: Int32Array,
  size: number,
  width: number,
  first: number,
): void {
  const totals = new Float64Array(size)
  const owned = new Float64Array(table.size)
  for (let row = 0; row < values.length; row++) {
    const place = table.placeOf(values[row]!)
    const context = places[row]!
    if (place < 0 || context < 0) continue
    out[place * width + first + context]! += 1
    totals[context]! += 1
    owned[place]! += 1
  }
  const all = totals.reduce((sum, count) => sum + count, 0)
  for (let place = 0; place < table.size; place++) {
    for (let context = 0; context < size; context++) {
      const share = totals[context]! / all
      const at = place * width + first + context
      out[at] = share > 0 ? (out[at]! - owned[place]! * share) / Math.sqrt(share) : 0
    }
  }
}
