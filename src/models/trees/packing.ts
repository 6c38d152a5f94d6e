/** Largest sums the two halves of a packed pair can hold: a signed and an unsigned 32-bit number. */
export const MOST_GRADIENT = 2 ** 31 - 1
export const MOST_HESSIAN = 2 ** 32 - 1

/** What rounding in 32 bits may add to a scaled number, and to a sum of them, relative. */
const SLACK = 1e-6

/** What gradients and hessians are multiplied by before they are rounded to whole numbers. */
export interface PackingScale {
  readonly gradient: number
  readonly hessian: number
}

/**
 * Scales under which no histogram can overflow, for any rows, weights and gradients.
 *
 * A row's value becomes `floor(value * scale + u)` with `u` in [0, 1), so its size is at most `|value| * scale + 1`. Any set of rows, and so
 * any bin, node or sum of bins, then holds at most `scale * sum|value| + n` in size. With `scale = (most - n) / sum|value|`, less a millionth for
 * rounding in f32, that is below `most`; hessians are not negative, so no half ever borrows from the other. Resolution is about `2^31 / n`
 * steps for a row of average size, and unbiased for all others, because `u` is uniform.
 * @param n - rows, below 2^30
 * @param gradientSum - sum of |g| over the rows, or more; 0 gives scale 0
 * @param hessianSum - sum of max(h, 0), or more
 */
export function packingScale(n: number, gradientSum: number, hessianSum: number): PackingScale {
  const scale = (most: number, sum: number) => (sum > 0 ? Math.min(Math.fround(((most - n) * (1 - SLACK)) / sum), 2 ** 120) : 0)
  return { gradient: scale(MOST_GRADIENT, gradientSum), hessian: scale(MOST_HESSIAN, hessianSum) }
}
