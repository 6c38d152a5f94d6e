import type { Matrix } from "../../src/core/index.ts"
import { matrix, random } from "../../src/core/index.ts"

/** A table by columns: numbers with NaN for missing, or texts that are categories. */
export interface Columns {
  readonly numbers: readonly { readonly name: string; readonly values: Float64Array }[]
  readonly texts: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly labels: Float32Array
}

/** Strength of the prior of a target mean. */
const PRIOR = 20
const PARTS = 5

/** Columns of rows for trees. */
export interface Encoded {
  readonly train: Matrix
  readonly test: Matrix
  readonly columns: string[]
}

/** Numbers as they are; each text column as its target mean, out of fold on the train rows, and the logarithm of its count. */
export function targetMeans({ numbers, texts, labels }: Columns, train: readonly number[], test: readonly number[], seed: number): Encoded {
  const part = new Uint8Array(labels.length)
  const order = random(seed).shuffle([...train])
  for (const [place, row] of order.entries()) part[row] = place % PARTS
  const prior = train.reduce((sum, row) => sum + labels[row]!, 0) / train.length
  const width = numbers.length + 2 * texts.length
  const made = [matrix(train.length, width), matrix(test.length, width)] as const
  for (const [side, rows] of [train, test].entries()) {
    for (const [col, { values }] of numbers.entries())
      for (const [i, row] of rows.entries()) made[side]!.data[i * width + col] = values[row]!
  }
  for (const [place, { values }] of texts.entries()) {
    const col = numbers.length + 2 * place
    // Sums and counts by value, over all parts and over each.
    const all = new Map<string, { sum: Float64Array; count: Float64Array }>()
    for (const row of train) {
      let entry = all.get(values[row]!)
      if (entry === undefined) {
        entry = { sum: new Float64Array(PARTS + 1), count: new Float64Array(PARTS + 1) }
        all.set(values[row]!, entry)
      }
      for (const at of [part[row]!, PARTS]) {
        entry.sum[at]! += labels[row]!
        entry.count[at]! += 1
      }
    }
    for (const [side, rows] of [train, test].entries()) {
      for (const [i, row] of rows.entries()) {
        const entry = all.get(values[row]!)
        const own = side === 0 ? part[row]! : -1
        const sum = (entry?.sum[PARTS] ?? 0) - (own < 0 ? 0 : entry!.sum[own]!)
        const count = (entry?.count[PARTS] ?? 0) - (own < 0 ? 0 : entry!.count[own]!)
        made[side]!.data[i * width + col] = (sum + PRIOR * prior) / (count + PRIOR)
        made[side]!.data[i * width + col + 1] = Math.log1p(count)
      }
    }
  }
  const columns = [...numbers.map(({ name }) => name), ...texts.flatMap(({ name }) => [`${name} mean`, `${name} count`])]
  return { train: made[0], test: made[1], columns }
}

/** Numbers as they are, and a column of 0 and 1 for every value of a text column. */
export function oneHot({ numbers, texts }: Columns, train: readonly number[], test: readonly number[]): Encoded {
  const columns = [
    ...numbers.map(({ name, values }) => ({ name, of: (row: number) => values[row]! })),
    ...texts.flatMap(({ name, values }) =>
      [...new Set(train.map((row) => values[row]!))]
        .sort()
        .map((value) => ({ name: `${name}=${value}`, of: (row: number) => (values[row] === value ? 1 : 0) })),
    ),
  ]
  const of = (rows: readonly number[]) => {
    const made = matrix(rows.length, columns.length)
    for (const [i, row] of rows.entries()) for (const [col, { of }] of columns.entries()) made.data[i * columns.length + col] = of(row)
    return made
  }
  return { train: of(train), test: of(test), columns: columns.map(({ name }) => name) }
}

/** Rows of a list of places, by whether `isTest` says so of the place. */
export function split(count: number, isTest: (row: number) => boolean): { readonly train: number[]; readonly test: number[] } {
  const all = Array.from({ length: count }, (_, row) => row)
  return { train: all.filter((row) => !isTest(row)), test: all.filter(isTest) }
}

/** Numbers of a text column; what is empty or no number is missing. */
export const numbersOf = (values: readonly string[]) =>
  Float64Array.from(values, (text) => (text.trim() === "" ? Number.NaN : Number(text)))

export const pick = (values: ArrayLike<number>, rows: readonly number[]) => Float32Array.from(rows, (row) => values[row]!)
