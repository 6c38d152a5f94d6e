import { InvalidArgument, murmur3, type SparseMatrix } from "../../core/index.ts"

/** A value of a field as it comes: missing is `undefined`, `null`, `NaN` or the empty text, and is a value of its own. */
export type FieldValue = string | number | boolean | null | undefined

/** Turns (field, value) pairs into slots `0 .. slots - 1` without keeping any table: bounded memory for values never seen before. */
export interface FieldHasher {
  readonly fields: readonly string[]
  readonly bits: number
  readonly slots: number
  readonly seed: number
  /** The slot of one value of field number `field`. */
  slot(field: number, value: FieldValue): number
}

/** Sparse binary rows, and the number of the field that each stored entry came from. */
export interface HashedRows {
  readonly rows: SparseMatrix
  /** Shape `[stored]`, beside `rows.indices`. */
  readonly fields: Uint32Array
}

/**
 * A hasher of these fields into `2^bits` slots by murmur3; the same pair has the same slot in every process.
 *
 * The field's name seeds the hash of the value, so that equal values of two fields have unrelated slots. Slots are shared by chance: see
 * {@link collisionReport} for how many.
 * @param bits - 1 to 28
 * @throws {@link InvalidArgument} on bits out of range or a field named twice
 * @see Weinberger et al. 2009, Feature hashing for large scale multitask learning, doi:10.1145/1553374.1553516
 */
export function fieldHasher(fields: readonly string[], options: { readonly bits?: number; readonly seed?: number } = {}): FieldHasher {
  const { bits = 18, seed = 0 } = options
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 28)) {
    throw new InvalidArgument("fieldHasher", "bits from 1 to 28", String(bits), "Pass 18 for up to some 50,000 values, 22 for a million.")
  }
  const twice = fields.find((field, i) => fields.indexOf(field) !== i)
  if (twice !== undefined) throw new InvalidArgument("fieldHasher", "fields of different names", `two ${twice}`, "Rename one of them.")
  const seeds = Uint32Array.from(fields, (field) => murmur3(field, seed))
  const mask = 2 ** bits - 1
  return {
    fields,
    bits,
    slots: 2 ** bits,
    seed,
    slot: (field, value) => murmur3(textOf(value), seeds[field]!) & mask,
  }
}

/**
 * Hashes a table of `n` rows; slots ascend within a row, and two fields that meet in one slot of a row become one entry.
 * @param cell - the value at a row and a field number
 */
export function hashRows(hasher: FieldHasher, n: number, cell: (row: number, field: number) => FieldValue): HashedRows {
  const width = hasher.fields.length
  const offsets = new Uint32Array(n + 1)
  const indices = new Uint32Array(n * width)
  const fields = new Uint32Array(n * width)
  // Slot and field in one number sort as one: slots have at most 28 bits, and doubles hold 53.
  const pairs = new Float64Array(width)
  let end = 0
  for (let row = 0; row < n; row++) {
    for (let field = 0; field < width; field++) pairs[field] = hasher.slot(field, cell(row, field)) * 2 ** 24 + field
    pairs.sort()
    let last = -1
    for (const pair of pairs) {
      const slot = Math.floor(pair / 2 ** 24)
      if (slot === last) continue
      indices[end] = slot
      fields[end++] = pair % 2 ** 24
      last = slot
    }
    offsets[row + 1] = end
  }
  return { rows: { rows: n, cols: hasher.slots, offsets, indices: indices.slice(0, end) }, fields: fields.slice(0, end) }
}

/**
 * A whole number as a token that many numbers share, finer near 0: itself up to 2, then `floor(ln(x)^2)`; the empty text when missing.
 * @see the features of the winners of the Criteo display advertising challenge, https://github.com/ycjuan/kaggle-2014-criteo
 */
export function numberToken(value: number): string {
  if (Number.isNaN(value)) return ""
  return value <= 2 ? `m${Math.trunc(value)}` : `l${Math.floor(Math.log(value) ** 2)}`
}

/** How often different pairs fell into one slot. */
export interface CollisionReport {
  /** Different (field, value) pairs, and the slots they fill. */
  readonly pairs: number
  readonly usedSlots: number
  /** Pairs that share their slot with another, and their share of all, in [0, 1]. */
  readonly sharing: number
  readonly sharingShare: number
  /** The share to expect by chance with this many pairs: `1 - (1 - 1 / slots)^(pairs - 1)`. */
  readonly expectedShare: number
  /** Most pairs in one slot. */
  readonly fullestSlot: number
  /** Different values of each field. */
  readonly valuesByField: Readonly<Record<string, number>>
}

/** Counts collisions over a table; keeps a set of every different value while it counts. */
export function collisionReport(hasher: FieldHasher, n: number, cell: (row: number, field: number) => FieldValue): CollisionReport {
  const seen = hasher.fields.map(() => new Set<string>())
  const counts = new Map<number, number>()
  let pairs = 0
  for (let row = 0; row < n; row++) {
    for (let field = 0; field < seen.length; field++) {
      const text = textOf(cell(row, field))
      if (seen[field]!.has(text)) continue
      seen[field]!.add(text)
      const slot = hasher.slot(field, text)
      counts.set(slot, (counts.get(slot) ?? 0) + 1)
      pairs++
    }
  }
  let sharing = 0
  let fullestSlot = 0
  for (const count of counts.values()) {
    if (count > 1) sharing += count
    fullestSlot = Math.max(fullestSlot, count)
  }
  return {
    pairs,
    usedSlots: counts.size,
    sharing,
    sharingShare: pairs === 0 ? 0 : sharing / pairs,
    expectedShare: pairs === 0 ? 0 : -Math.expm1((pairs - 1) * Math.log1p(-1 / hasher.slots)),
    fullestSlot,
    valuesByField: Object.fromEntries(hasher.fields.map((field, i) => [field, seen[i]!.size])),
  }
}

function textOf(value: FieldValue): string {
  if (typeof value === "string") return value
  if (value === undefined || value === null || Number.isNaN(value)) return ""
  return String(value)
}
