import type { Candidates, Matrix, Random } from "../../core/index.ts"
import type { LogisticData } from "../../models/index.ts"

/** Rows a buffer begins with. */
const ROOM = 4096

/** What is known of one person's candidates. */
export interface PersonExamples {
  /** What the person went on to engage with, and what nobody can say of whether they liked it. */
  readonly relevant: ReadonlySet<number>
  readonly unsure?: ReadonlySet<number> | undefined
  /** The part of the people that this one is in, from 0. */
  readonly fold: number
  /** How much an item that was engaged with counts against position bias; 1 without. */
  exposureOf?(item: number): number
  /** Places of the list that are no examples. */
  isOut?(at: number): boolean
  /** How many rows each one without engagement stands for, where the caller drew them. */
  readonly otherWeight?: number
}

/** Labelled rows for the ranker, growing; negatives are kept at a rate and weighted by its inverse, so that probabilities stay true. */
export class Examples {
  readonly columns: readonly string[]
  readonly #keep: number
  readonly #chance: Random | undefined
  #rows: Float32Array
  #labels = new Float32Array(ROOM)
  #weights = new Float32Array(ROOM)
  /** What a positive row counts against position bias. */
  #exposures = new Float32Array(ROOM)
  /** The fold of the people each row is of. */
  #folds = new Uint8Array(ROOM)
  size = 0
  positives = 0

  /** @param keep - share of the rows without engagement that is kept, in (0, 1] */
  constructor(columns: readonly string[], keep: number, chance?: Random) {
    this.columns = columns
    this.#keep = keep
    this.#chance = chance
    this.#rows = new Float32Array(ROOM * columns.length)
  }

  /** Adds one person's candidates but those of `unsure`; `rows` has one row each. */
  add(
    list: Pick<Candidates, "size" | "ids">,
    rows: Matrix,
    { relevant, unsure, fold, exposureOf, isOut, otherWeight = 1 / this.#keep }: PersonExamples,
  ): void {
    for (let at = 0; at < list.size; at++) {
      const item = list.ids[at]!
      if (unsure?.has(item) || isOut?.(at)) continue
      const positive = relevant.has(item)
      if (!positive && this.#keep < 1 && this.#chance!.next() >= this.#keep) continue
      const exposure = positive ? (exposureOf?.(item) ?? 1) : 1
      this.#push(rows.data, at * rows.cols, { label: positive ? 1 : 0, weight: positive ? 1 : otherWeight, exposure, fold })
    }
  }

  /** The rows of everybody outside a fold. */
  without(fold: number): Examples {
    const others = new Examples(this.columns, 1)
    for (let at = 0; at < this.size; at++) {
      if (this.#folds[at] === fold) continue
      const [label, weight, exposure, own] = [this.#labels[at]!, this.#weights[at]!, this.#exposures[at]!, this.#folds[at]!]
      others.#push(this.#rows, at * this.columns.length, { label, weight, exposure, fold: own })
    }
    return others
  }

  /** Views of what was gathered. @param isWeighed - positives count against position bias */
  data(isWeighed = false): LogisticData {
    const cols = this.columns.length
    return {
      rows: { data: this.#rows.subarray(0, this.size * cols), rows: this.size, cols },
      labels: this.#labels.subarray(0, this.size),
      weights: isWeighed
        ? this.#weights.subarray(0, this.size).map((weight, at) => weight * this.#exposures[at]!)
        : this.#weights.subarray(0, this.size),
      columns: this.columns,
    }
  }

  #push(from: Float32Array, start: number, { label, weight, exposure, fold }: Row): void {
    if (this.size === this.#labels.length) this.#grow()
    this.#rows.set(from.subarray(start, start + this.columns.length), this.size * this.columns.length)
    this.#labels[this.size] = label
    this.#weights[this.size] = weight
    this.#exposures[this.size] = exposure
    this.#folds[this.size] = fold
    this.size++
    this.positives += label
  }

  #grow(): void {
    const room = this.#labels.length * 2
    const wider = <Column extends Float32Array | Uint8Array>(column: Column, made: Column): Column => {
      made.set(column)
      return made
    }
    this.#rows = wider(this.#rows, new Float32Array(room * this.columns.length))
    this.#labels = wider(this.#labels, new Float32Array(room))
    this.#weights = wider(this.#weights, new Float32Array(room))
    this.#exposures = wider(this.#exposures, new Float32Array(room))
    this.#folds = wider(this.#folds, new Uint8Array(room))
  }
}

interface Row {
  readonly label: number
  readonly weight: number
  readonly exposure: number
  readonly fold: number
}
