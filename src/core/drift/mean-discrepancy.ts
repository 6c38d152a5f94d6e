import { InvalidArgument } from "../errors.ts"
import type { Matrix } from "../matrix.ts"

/**
 * Squared maximum mean discrepancy of two sets of rows with a Gaussian kernel `exp(-|x - y|^2 / (2 sigma^2))`: drift of whole rows,
 * such as embeddings, that no column shows alone. Costs `(n + m)^2 d`.
 *
 * @param sigma - width of the kernel; the median distance is a usual choice
 * @returns `biased` is 0 or more; `unbiased` is 0 on average when nothing changed and may fall below it
 * @throws {@link InvalidArgument} on rows of different widths, fewer than two rows a side, or a width that is not positive
 * @see Gretton et al. 2012, https://jmlr.org/papers/v13/gretton12a.html
 */
export function meanDiscrepancy(x: Matrix, y: Matrix, sigma: number): { readonly biased: number; readonly unbiased: number } {
  if (x.cols !== y.cols || x.rows < 2 || y.rows < 2) {
    const came = `${x.rows} x ${x.cols} and ${y.rows} x ${y.cols}`
    throw new InvalidArgument("meanDiscrepancy", "two rows or more a side, of one width", came, "Take more rows.")
  }
  if (!(sigma > 0)) throw new InvalidArgument("meanDiscrepancy", "sigma above 0", `${sigma}`, "Take the median distance of the rows.")
  const own = (m: Matrix) => kernelSum(m, m, sigma)
  const [xx, yy, xy] = [own(x), own(y), kernelSum(x, y, sigma)]
  const [n, m] = [x.rows, y.rows]
  const cross = (2 * xy) / (n * m)
  return {
    biased: xx / n ** 2 + yy / m ** 2 - cross,
    // The diagonal of ones is left out.
    unbiased: (xx - n) / (n * (n - 1)) + (yy - m) / (m * (m - 1)) - cross,
  }
}

function kernelSum(x: Matrix, y: Matrix, sigma: number): number {
  const scale = -1 / (2 * sigma * sigma)
  let sum = 0
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      let squared = 0
      for (let c = 0; c < x.cols; c++) squared += (x.data[i * x.cols + c]! - y.data[j * y.cols + c]!) ** 2
      sum += Math.exp(scale * squared)
    }
  }
  return sum
}
