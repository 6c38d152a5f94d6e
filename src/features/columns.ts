import type { Matrix } from "../core/index.ts"

/** Writes one value to every row of a column: what depends on the request alone. */
export function fillColumn(out: Matrix, rows: number, column: number, value: number): void {
  for (let row = 0, at = column; row < rows; row++, at += out.cols) out.data[at] = value
}
