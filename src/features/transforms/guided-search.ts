/** Cells of the guide: enough that a cell rarely holds more than one mark, few enough to stay in the cache. */
const CELLS = 4096

/**
 * Finds places among ascending marks, again and again: a guide of equal cells says which few marks are near a number, so that most searches
 * end without comparing. Marks that crowd into one cell are searched by halves.
 */
export class GuidedSearch {
  readonly marks: Float64Array
  readonly #min: number
  readonly #max: number
  readonly #scale: number
  /** Marks in the cells before each cell: they are below every number of the cell. */
  readonly #starts: Uint32Array

  constructor(marks: ArrayLike<number>) {
    this.marks = new Float64Array(marks)
    const last = this.marks.length - 1
    this.#min = this.marks[0] ?? 0
    this.#max = this.marks[last] ?? 0
    const scale = (CELLS - 1) / (this.#max - this.#min)
    this.#scale = Number.isFinite(scale) ? scale : 0
    this.#starts = new Uint32Array(CELLS + 1)
    for (const mark of this.marks) this.#starts[this.#cell(mark) + 1]! += 1
    for (let cell = 0; cell < CELLS; cell++) this.#starts[cell + 1]! += this.#starts[cell]!
  }

  /** How many marks are at most x; 0 for NaN. */
  upTo(x: number): number {
    if (!(x >= this.#min)) return 0
    if (x >= this.#max) return this.marks.length
    const cell = this.#cell(x)
    let low = this.#starts[cell]!
    let high = this.#starts[cell + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.marks[middle]! > x) high = middle
      else low = middle + 1
    }
    return low
  }

  /** The same rounding for marks and numbers, so a mark in an earlier cell is never above a number. */
  #cell(x: number): number {
    return ((x - this.#min) * this.#scale) | 0
  }
}

const made = new WeakMap<object, GuidedSearch>()

/** The search over some marks, made once for each list: lists are parameters, and those never change. */
export function searchOf(marks: readonly number[]): GuidedSearch {
  const search = made.get(marks) ?? new GuidedSearch(marks)
  made.set(marks, search)
  return search
}
