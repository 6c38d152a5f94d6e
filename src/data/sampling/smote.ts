import { InvalidArgument, type Matrix, random } from "../../core/index.ts"

/** Places of the `k` rows nearest to row `row`, itself left out; nearest first. */
export type Neighbours = (rows: Matrix, row: number, k: number) => ArrayLike<number>

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
export function smote(minority: Matrix, options: SmoteOptions): SyntheticRows {
  const { seed, count, k = 5, neighbours = exactNeighbours } = options
  if (minority.rows < 2 || !(Number.isInteger(count) && count >= 0) || !(Number.isInteger(k) && k >= 1)) {
    const came = `${minority.rows} rows, count ${count}, k ${k}`
    throw new InvalidArgument("smote", "at least 2 rows and whole numbers", came, "Collect more of the rare class first.")
  }
  const { data, cols } = minority
  const chance = random(seed).split("smote")
  const order = chance.shuffle(Uint32Array.from({ length: minority.rows }, (_, row) => row))
  const found = new Map<number, ArrayLike<number>>()
  const rows = { data: new Float32Array(count * cols), rows: count, cols }
  const base = new Uint32Array(count)
  const towards = new Uint32Array(count)
  const gap = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const from = order[i % order.length]!
    let near = found.get(from)
    if (near === undefined) {
      near = neighbours(minority, from, Math.min(k, minority.rows - 1))
      found.set(from, near)
    }
    const to = near[chance.integer(near.length)]!
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

/** Neighbours by squared Euclidean distance over the columns both rows have, looking at every row: `m d` multiplications. Ties by place. */
export function exactNeighbours({ data, rows, cols }: Matrix, row: number, k: number): Uint32Array {
  const near = new Uint32Array(k)
  const distances = new Float64Array(k).fill(Number.POSITIVE_INFINITY)
  const own = row * cols
  for (let other = 0; other < rows; other++) {
    if (other === row) continue
    const start = other * cols
    const worst = distances[k - 1]!
    let sum = 0
    for (let col = 0; col < cols && sum < worst; col++) {
      const difference = data[own + col]! - data[start + col]!
      if (!Number.isNaN(difference)) sum += difference * difference
    }
    if (!(sum < worst)) continue
    let place = k - 1
    for (; place > 0 && distances[place - 1]! > sum; place--) {
      distances[place] = distances[place - 1]!
      near[place] = near[place - 1]!
    }
    distances[place] = sum
    near[place] = other
  }
  return near
}
