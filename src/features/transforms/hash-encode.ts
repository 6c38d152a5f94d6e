import { InvalidArgument, type Matrix, matrix, murmur3 } from "../../core/index.ts"

/** A token and the number it carries, such as `["city=Kyiv", 1]`. */
export type Token = readonly [token: string, value: number]

/**
 * Slot and sign of a token by the hashing trick: slot `|h| mod size`, sign that of `h`, h the signed 32-bit murmur3 of its UTF-8 bytes.
 * @see Weinberger et al. 2009, doi:10.1145/1553374.1553516
 */
export function hashSlot(token: string, size: number): { readonly slot: number; readonly sign: 1 | -1 } {
  const hash = murmur3(token) | 0
  return { slot: Math.abs(hash) % size, sign: hash < 0 ? -1 : 1 }
}

/**
 * Adds tokens into `size` slots; several may meet in one. With signs, what meets by chance cancels on average.
 *
 * @returns shape `[size]`
 * @throws {@link InvalidArgument} when the size is not a positive whole number
 */
export function hashTokens(tokens: readonly Token[], size: number, signed = true, out = new Float64Array(size)): Float64Array {
  checkSize(size)
  for (const [token, value] of tokens) {
    const { slot, sign } = hashSlot(token, size)
    out[slot]! += signed ? sign * value : value
  }
  return out
}

/** What hashing a list of distinct values costs. */
export interface Collisions {
  readonly values: number
  readonly size: number
  /** Share of the values that share their slot with another, in [0, 1]. */
  readonly rate: number
  /** What chance gives on average: `1 - (1 - 1/size)^(values - 1)`. */
  readonly expected: number
}

/** How many of some distinct values collide in `size` slots: watch it before choosing the size. */
export function hashCollisions(values: Iterable<string>, size: number): Collisions {
  checkSize(size)
  const slots = new Map<number, number>()
  let count = 0
  for (const value of new Set(values)) {
    count++
    const { slot } = hashSlot(value, size)
    slots.set(slot, (slots.get(slot) ?? 0) + 1)
  }
  let shared = 0
  for (const held of slots.values()) if (held > 1) shared += held
  return { values: count, size, rate: count === 0 ? 0 : shared / count, expected: count === 0 ? 0 : 1 - (1 - 1 / size) ** (count - 1) }
}

/** Words of one column as hashed one-hot rows of `size` columns; missing words are zeros. The token is `name=word`. */
export function hashWords(
  name: string,
  codes: Int32Array,
  words: readonly string[],
  size: number,
  signed: boolean,
  out: Matrix,
  first: number,
): void {
  const slots = new Int32Array(words.length)
  const signs = new Float32Array(words.length)
  words.forEach((word, i) => {
    const { slot, sign } = hashSlot(`${name}=${word}`, size)
    slots[i] = slot
    signs[i] = signed ? sign : 1
  })
  for (let row = 0, at = first; row < codes.length; row++, at += out.cols) {
    const code = codes[row]!
    if (code >= 0) out.data[at + slots[code]!]! += signs[code]!
  }
}

/** A zeroed matrix for {@link hashWords} of some columns that share their slots. */
export function hashedRows(rows: number, size: number): Matrix {
  checkSize(size)
  return matrix(rows, size)
}

function checkSize(size: number): void {
  if (!(Number.isInteger(size) && size >= 1))
    throw new InvalidArgument("hashing", "a whole number of slots, 1 or more", `${size}`, "Use 1024.")
}
