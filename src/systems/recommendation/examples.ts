import type { Candidates, Matrix, Random } from "../../core/index.ts"
import type { LogisticData } from "../../models/index.ts"

/** Rows a buffer begins with. */
const ROOM = 4096

/** Labelled rows for the ranker, growing; negatives are kept at a rate and weighted by its inverse, so that probabilities stay true. */
export class Examples {
  readonly columns: readonly string[]
  readonly #keep: number
  readonly #chance: Random | undefined
  #rows: Float32Array
  #labels = new Float32Array(ROOM)
  #weights = new Float32Array(ROOM)
  /** Number of the list each row came from. */
  #lists = new Uint32Array(ROOM)
  #listCount = 0
  size = 0
  positives = 0

  /** @param keep - share of the rows without engagement that is kept, in (0, 1] */
  constructor(columns: readonly string[], keep: number, chance?: Random) {
    this.columns = columns
    this.#keep = keep
    this.#chance = chance
    this.#rows = new Float32Array(ROOM * columns.length)
  }

  /** Adds one person's candidates but those of `unsure`; `rows` has one row each, `relevant` what the person went on to engage with. */
  add(list: Candidates, rows: Matrix, relevant: ReadonlySet<number>, unsure?: ReadonlySet<number>): void {
    for (let at = 0; at < list.size; at++) {
      if (unsure?.has(list.ids[at]!)) continue
      const positive = relevant.has(list.ids[at]!)
      if (!positive && this.#keep < 1 && this.#chance!.next() >= this.#keep) continue
      this.#push(rows.data, at * rows.cols, positive ? 1 : 0, positive ? 1 : 1 / this.#keep, this.#listCount)
    }
    this.#listCount++
  }

  /** Deals the lists out in turn: every second one to each part. */
  splitByList(parts: readonly Examples[]): void {
    for (let at = 0; at < this.size; at++) {
      const list = this.#lists[at]!
      parts[list % parts.length]!.#push(this.#rows, at * this.columns.length, this.#labels[at]!, this.#weights[at]!, list)
    }
  }

  /** Views of what was gathered. */
  data(): LogisticData {
    const cols = this.columns.length
    return {
      rows: { data: this.#rows.subarray(0, this.size * cols), rows: this.size, cols },
      labels: this.#labels.subarray(0, this.size),
      weights: this.#weights.subarray(0, this.size),
      columns: this.columns,
    }
  }

  #push(from: Float32Array, start: number, label: number, weight: number, list: number): void {
    if (this.size === this.#labels.length) this.#grow()
    this.#rows.set(from.subarray(start, start + this.columns.length), this.size * this.columns.length)
    this.#labels[this.size] = label
    this.#weights[this.size] = weight
    this.#lists[this.size] = list
    this.size++
    this.positives += label
  }

  #grow(): void {
    const room = this.#labels.length * 2
    const wider = <Column extends Float32Array | Uint32Array>(column: Column, made: Column): Column => {
      made.set(column)
      return made
    }
    this.#rows = wider(this.#rows, new Float32Array(room * this.columns.length))
    this.#labels = wider(this.#labels, new Float32Array(room))
    this.#weights = wider(this.#weights, new Float32Array(room))
    this.#lists = wider(this.#lists, new Uint32Array(room))
  }
}
