import { InvalidArgument } from "../../core/index.ts"

/** Codes below this are looked up in an array, others in a map. */
const DIRECT = 1 << 20

/** The distinct codes of one column, ascending, and the place of each: what every encoder of categories is built on. */
export class CodeTable {
  readonly codes: Float64Array
  readonly #direct: Int32Array
  readonly #sparse = new Map<number, number>()

  /** @param codes - distinct, ascending */
  constructor(codes: Float64Array) {
    this.codes = codes
    const small = codes.filter(isSmall)
    this.#direct = new Int32Array(small.length === 0 ? 0 : small.at(-1)! + 1).fill(-1)
    codes.forEach((code, place) => {
      if (isSmall(code)) this.#direct[code] = place
      else this.#sparse.set(code, place)
    })
  }

  get size(): number {
    return this.codes.length
  }

  /** Place of a code in `codes`; -1 for one that is missing or was never seen. */
  placeOf(code: number): number {
    const small = code | 0
    if (small === code && small >= 0 && small < this.#direct.length) return this.#direct[small]!
    return isSmall(code) ? -1 : (this.#sparse.get(code) ?? -1)
  }
}

const isSmall = (code: number) => Number.isInteger(code) && code >= 0 && code < DIRECT

/** How often each code of a column occurs: codes ascending, missing left out. */
export interface CodeCounts {
  readonly codes: Float64Array
  readonly counts: Float64Array
  readonly missing: number
}

/** Counts the codes of a column. @throws {@link InvalidArgument} past ten million distinct codes */
export function countCodes(values: ArrayLike<number>): CodeCounts {
  let most = 0
  let missing = 0
  let isDirect = true
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!
    if (Number.isNaN(code)) missing++
    else if (isSmall(code)) most = Math.max(most, code)
    else isDirect = false
  }
  const counted = isDirect ? countDirect(values, most) : countSparse(values)
  return { ...counted, missing }
}

function countDirect(values: ArrayLike<number>, most: number) {
  const tally = new Float64Array(most + 1)
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!
    if (!Number.isNaN(code)) tally[code]! += 1
  }
  const codes = Float64Array.from(tally.keys()).filter((code) => tally[code]! > 0)
  return { codes, counts: codes.map((code) => tally[code]!) }
}

function countSparse(values: ArrayLike<number>) {
  const tally = new Map<number, number>()
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!
    if (Number.isNaN(code)) continue
    tally.set(code, (tally.get(code) ?? 0) + 1)
    if (tally.size > 1e7)
      throw new InvalidArgument("countCodes", "at most ten million distinct codes", "more", "Hash them, or merge rare ones first.")
  }
  const codes = Float64Array.from(tally.keys()).sort()
  return { codes, counts: codes.map((code) => tally.get(code)!) }
}
