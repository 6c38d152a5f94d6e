import { InvalidArgument, type Matrix, random } from "../../core/index.ts"
import { exactNeighbours } from "./neighbours.ts"

/** Places of the `k` rows nearest to each row, itself left out, nearest first; shape `[rows, k]`. */
export type Neighbours = (rows: Matrix, k: number) => ArrayLike<number> | Promise<ArrayLike<number>>

/** How {@link smote} makes rows. */
export interface SmoteOptions {
  readonly seed: number
  /** Synthetic rows wanted. */
  readonly count: number
  /** Neighbours a row is drawn towards; 5 without. */
  readonly k?: number
  /** Finds neighbours among the minority's rows: {@link exactNeighbours} without; pass an index for many rows. */
  readonly neighbours?: Neighbours
}

/** Synthetic rows, each with the two rows it lies between: `base + gap * (towards - base)`. */
export interface SyntheticRows {
  readonly rows: Matrix
  readonly base: Uint32Array
  readonly towards: Uint32Array
  /** In [0, 1); shape `[count]`. */
  readonly gap: Float32Array
}

/**
 * Synthetic rows of the rare class: each lies on the segment from one of its rows to one of that row's nearest neighbours. Base rows are taken in
 * turn, in an order by chance.
 *
 * Weak where there are many columns: distances become alike, neighbours no nearer than others, and what lies between two rows has less spread than
 * the class has. Use it on the training part alone, after splitting. A value missing at either end is taken from the base.
 * @param minority - rows of the rare class; shape `[m, d]`, at least 2
 * @throws {@link InvalidArgument} on fewer than two rows
 * @see Chawla et al. 2002, doi:10.1613/jair.953; Blagus & Lusa 2013, doi:10.1186/1471-2105-14-106 (high dimension)
 */
export async function smote(minority: Matrix, options: SmoteOptions): Promise<SyntheticRows> {
  const { seed, count, k = 5, neighbours = exactNeighbours } = options
  if (minority.rows < 2 || !(Number.isInteger(count) && count >= 0) || !(Number.isInteger(k) && k >= 1)) {
    const came = `${minority.rows} rows, count ${count}, k ${k}`
    throw new InvalidArgument("smote", "at least 2 rows and whole numbers", came, "Collect more of the rare class first.")
  }
  const { data, cols } = minority
  const chance = random(seed).split("smote")
  const order = chance.shuffle(Uint32Array.from({ length: minority.rows }, (_, row) => row))
  const near = Math.min(k, minority.rows - 1)
  const table = count === 0 ? [] : await neighbours(minority, near)
  const rows = { data: new Float32Array(count * cols), rows: count, cols }
  const base = new Uint32Array(count)
  const towards = new Uint32Array(count)
  const gap = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const from = order[i % order.length]!
    const to = table[from * near + chance.integer(near)]!
    base[i] = from
    towards[i] = to
    gap[i] = chance.next()
    for (let col = 0; col < cols; col++) {
      const start = data[from * cols + col]!
      const step = gap[i]! * (data[to * cols + col]! - start)
      rows.data[i * cols + col] = Number.isNaN(step) ? start : start + step
    }
  }
  return { rows, base, towards, gap }
}
