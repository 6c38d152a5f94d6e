import { InvalidArgument, type Matrix, matrix, random, throwIfCancelled } from "../../core/index.ts"

/** How {@link outOfFold} cuts rows into parts. */
export interface OutOfFoldOptions {
  readonly seed: number
  /** How many parts of equal size, by chance; default 5. */
  readonly parts?: number
  readonly signal?: AbortSignal
}

/**
 * Columns for the very rows that a second model will learn from: those of each part come from what was learnt on the other parts.
 *
 * Columns from a model that saw the rows' labels look better in training than they are, and the second model trusts them too much.
 * @param rows - how many there are
 * @param columnsOf - learns from the `train` rows alone and gives the `held` rows their columns, shape `[held, d]`; both ascend
 * @returns the columns of every row, shape `[rows, d]`
 * @throws {@link InvalidArgument} on fewer than 2 parts, fewer rows than parts, or a matrix of another shape than the first
 * @see Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1 (stacked generalisation)
 */
export async function outOfFold(
  rows: number,
  columnsOf: (train: Uint32Array, held: Uint32Array) => Promise<Matrix>,
  { seed, parts = 5, signal }: OutOfFoldOptions,
): Promise<Matrix> {
  const where = "outOfFold"
  if (!(Number.isInteger(parts) && parts >= 2 && rows >= parts)) {
    throw new InvalidArgument(where, "2 parts or more, and a row for each", `${parts} parts of ${rows} rows`, "Take fewer parts.")
  }
  const partOf = Uint32Array.from({ length: rows }, (_, row) => row % parts)
  random(seed).split("out of fold").shuffle(partOf)
  let whole: Matrix | undefined
  for (let part = 0; part < parts; part++) {
    throwIfCancelled(signal, where)
    const all = Array.from(partOf.keys())
    const held = Uint32Array.from(all.filter((row) => partOf[row] === part))
    const columns = await columnsOf(Uint32Array.from(all.filter((row) => partOf[row] !== part)), held)
    whole ??= matrix(rows, columns.cols)
    if (columns.rows !== held.length || columns.cols !== whole.cols) {
      const came = `${columns.rows} x ${columns.cols}`
      throw new InvalidArgument(where, `columns of shape ${held.length} x ${whole.cols}`, came, "Give every held row the same columns.")
    }
    for (const [at, row] of held.entries()) {
      whole.data.set(columns.data.subarray(at * whole.cols, (at + 1) * whole.cols), row * whole.cols)
    }
  }
  return whole!
}
