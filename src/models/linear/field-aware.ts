import { type BundleReader, type Estimator, InvalidArgument, type Saveable, type SparseMatrix } from "../../core/index.ts"
import { columnPlaces } from "./column-map.ts"
import { completeFactors, type FactorConfig, type FactorParts, trainFactors } from "./factor-training.ts"
import { loadFactors, saveFactors } from "./factorization-machine.ts"
import { type FamilyName, families } from "./families.ts"
import type { HashedRows } from "./field-hashing.ts"
import type { SparseData } from "./sparse-data.ts"

/** Sparse rows whose entries know their field, such as {@link hashRows} makes. */
export interface FieldData extends SparseData {
  /** Number of the field of each stored entry, from 0; shape `[stored]`, beside `rows.indices`. */
  readonly fields: Uint32Array
}

/** A fitted field-aware factorization machine: each column has a vector for every field it may meet. */
export interface FieldAwareMachine extends Saveable {
  readonly family: FamilyName
  readonly width: number
  readonly fields: number
  readonly factors: number
  readonly intercept: number
  /** Mean loss of each epoch, every row predicted before it was learned from. */
  readonly losses: Float64Array
  /** What is expected of each row: a probability, value or rate; shape `[n]`. Columns and fields never seen in training add nothing. */
  predict(data: HashedRows, out?: Float32Array): Float32Array
  /** Values before the inverse link, shape `[n]`. */
  scores(data: HashedRows, out?: Float64Array): Float64Array
  /** One row by its columns, their fields, and their values (1 when absent); allocates nothing. */
  predictRow(columns: ArrayLike<number>, fields: ArrayLike<number>, values?: ArrayLike<number>): number
}

/**
 * A field-aware factorization machine, learned by AdaGrad one row at a time; same seed, same bytes.
 *
 * The score is `b + sum_i w_i x_i + sum_{i<j} (v_{i, field j} . v_{j, field i}) x_i x_j`. An epoch costs `2 k` multiplications a pair of entries.
 * Memory: `8 k` bytes a column that occurs and field.
 * @throws {@link InvalidArgument} on lengths that differ or targets outside the family's range; {@link TooLarge} past `maxBytes`
 * @see Juan, Zhuang, Chin & Lin 2016, Field-aware factorization machines for CTR prediction, doi:10.1145/2959100.2959134
 */
export function fieldAwareMachine(config: FactorConfig = {}): Estimator<FieldData, FieldAwareMachine> {
  const where = "fieldAwareMachine"
  const full = completeFactors(where, config, { factors: 4, l2Factors: 0.01 })
  return {
    config: full,
    async fit(data, options) {
      if (data.fields.length !== data.rows.indices.length) {
        throw new InvalidArgument(
          where,
          `${data.rows.indices.length} fields, one an entry`,
          `${data.fields.length}`,
          "Name the field of each entry.",
        )
      }
      const fieldCount = data.fields.reduce((most, field) => Math.max(most, field + 1), 1)
      return machine(await trainFactors(where, { ...data, fieldIds: data.fields, fieldCount }, full, options))
    },
  }
}

function machine(parts: FactorParts): FieldAwareMachine {
  const { width, factors: k, fields, columns, intercept, weights, vectors, losses } = parts
  const family = families[parts.family]
  const places = columnPlaces(columns, width, 1)
  const stride = fields * k

  function score(list: ArrayLike<number>, ids: ArrayLike<number>, values: ArrayLike<number> | undefined, from: number, to: number): number {
    let sum = intercept
    for (let at = from; at < to; at++) {
      const place = places[list[at]!]!
      const x = values === undefined ? 1 : values[at]!
      const field = ids[at]!
      sum += x * weights[place]!
      if (place === 0 || field >= fields) continue
      for (let other = at + 1; other < to; other++) {
        if (ids[other]! >= fields) continue
        const left = place * stride + ids[other]! * k
        const right = places[list[other]!]! * stride + field * k
        let product = 0
        for (let c = 0; c < k; c++) product += vectors[left + c]! * vectors[right + c]!
        sum += x * (values === undefined ? 1 : values[other]!) * product
      }
    }
    return sum
  }

  function check(rows: SparseMatrix): void {
    if (rows.cols === width) return
    throw new InvalidArgument("fieldAwareMachine", `rows of ${width} columns`, `${rows.cols}`, "Pass the columns it was fitted on.")
  }

  return {
    family: parts.family,
    width,
    fields,
    factors: k,
    intercept,
    losses,
    scores({ rows, fields: ids }, out = new Float64Array(rows.rows)) {
      check(rows)
      for (let row = 0; row < rows.rows; row++) out[row] = score(rows.indices, ids, rows.values, rows.offsets[row]!, rows.offsets[row + 1]!)
      return out
    },
    predict({ rows, fields: ids }, out = new Float32Array(rows.rows)) {
      check(rows)
      for (let row = 0; row < rows.rows; row++) {
        out[row] = family.mean(score(rows.indices, ids, rows.values, rows.offsets[row]!, rows.offsets[row + 1]!))
      }
      return out
    },
    predictRow: (list, ids, values) => family.mean(score(list, ids, values, 0, list.length)),
    save: (bundle) => saveFactors("field-aware-machine", parts, bundle),
  }
}

/** Restores what {@link FieldAwareMachine} saved. */
export function loadFieldAware(bundle: BundleReader): FieldAwareMachine {
  return machine(loadFactors("field-aware-machine", bundle))
}
