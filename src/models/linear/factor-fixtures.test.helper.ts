import { random } from "../../core/index.ts"
import type { FieldData } from "./field-aware.ts"

/** `n` rows of one column from each of three fields of four; whether it happened depends on which columns of fields 0 and 1 meet. */
export function meetings(n: number, seed: number, withValues = false): FieldData {
  const draw = random(seed)
  const offsets = Uint32Array.from({ length: n + 1 }, (_, row) => row * 3)
  const indices = new Uint32Array(n * 3)
  const targets = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    const [a, b, c] = [draw.integer(4), draw.integer(4), draw.integer(4)]
    indices.set([a, 4 + b, 8 + c], row * 3)
    targets[row] = draw.next() < ((a + b) % 2 === 0 ? 0.9 : 0.1) ? 1 : 0
  }
  const fields = Uint32Array.from(indices, (_, at) => at % 3)
  const values = withValues ? { values: Float32Array.from(indices, () => 0.5 + draw.next()) } : {}
  return { rows: { rows: n, cols: 14, offsets, indices, ...values }, targets, fields }
}

/** A number and its sum of squared gradients. */
type Learned = [value: number, squares: number]

/** Both machines in plain arrays: every pair of entries by itself, one vector a field (all alike when not field-aware), AdaGrad in doubles. */
export function bruteForce(data: FieldData, k: number, epochs: number, isFieldAware: boolean, seed: number) {
  const { rows, targets, fields } = data
  const [rate, l2, l2Factors] = [0.1, 0.001, isFieldAware ? 0.01 : 0.03]
  const draw = random(seed)
  const [start, shuffles] = [draw.split("vectors"), draw.split("order")]
  const present = [...new Set(rows.indices)].sort((a, b) => a - b)
  const learned = (value: number): Learned => [value, 0.01]
  const vectors = new Map(
    present.map((col) => [
      col,
      Array.from({ length: isFieldAware ? 3 : 1 }, () => Array.from({ length: k }, () => learned(Math.fround(0.05 * start.normal())))),
    ]),
  )
  const weights = new Map(present.map((col) => [col, learned(0)]))
  const bias = learned(0)
  const step = (number: Learned, gradient: number) => {
    number[1] += gradient ** 2
    number[0] -= (rate * gradient) / Math.sqrt(number[1])
  }
  const entriesOf = (row: number) =>
    Array.from({ length: 3 }, (_, i) => ({
      col: rows.indices[row * 3 + i]!,
      field: fields[row * 3 + i]!,
      x: rows.values?.[row * 3 + i] ?? 1,
    }))
  type Entry = ReturnType<typeof entriesOf>[number]
  const facing = (a: Entry, b: Entry) => vectors.get(a.col)![isFieldAware ? b.field : 0]!
  const scoreOf = (row: number) => {
    const entries = entriesOf(row)
    let score = bias[0]
    entries.forEach((a, i) => {
      score += weights.get(a.col)![0] * a.x
      for (const b of entries.slice(i + 1)) score += a.x * b.x * facing(a, b).reduce((sum, v, c) => sum + v[0] * facing(b, a)[c]![0], 0)
    })
    return score
  }
  const order = Uint32Array.from({ length: rows.rows }, (_, i) => i)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const row of shuffles.shuffle(order)) {
      const error = 1 / (1 + Math.exp(-scoreOf(row))) - targets[row]!
      const entries = entriesOf(row)
      step(bias, error)
      for (const { col, x } of entries) step(weights.get(col)!, error * x + l2 * weights.get(col)![0])
      if (isFieldAware) {
        entries.forEach((a, i) => {
          for (const b of entries.slice(i + 1)) {
            for (let c = 0; c < k; c++) {
              const [u, v] = [facing(a, b)[c]!, facing(b, a)[c]!]
              const [uValue, vValue] = [u[0], v[0]]
              step(u, error * a.x * b.x * vValue + l2Factors * uValue)
              step(v, error * a.x * b.x * uValue + l2Factors * vValue)
            }
          }
        })
      } else {
        for (let c = 0; c < k; c++) {
          const sum = entries.reduce((all, { col, x }) => all + vectors.get(col)![0]![c]![0] * x, 0)
          for (const { col, x } of entries) {
            const v = vectors.get(col)![0]![c]!
            step(v, error * x * (sum - v[0] * x) + l2Factors * v[0])
          }
        }
      }
    }
  }
  return Float64Array.from({ length: rows.rows }, (_, row) => scoreOf(row))
}
