import type { FitOptions, Matrix } from "../../core/index.ts"
import { growSome } from "./forest-grow.ts"

/** Rows of a leaf: a few pages of memory. */
const leaf = 64

/**
 * An order of the rows in which near ones stand together, from one tree of planes: what an index looks at for one query then lies on few pages
 * of memory.
 *
 * @returns the row that stands at each place, shape `[n]`
 */
export async function localOrder(rows: Matrix, options: FitOptions): Promise<Uint32Array> {
  const [tree] = await growSome(rows, { trees: 1, leaf, byAxis: false }, options, 0, 1)
  return tree!.members
}
