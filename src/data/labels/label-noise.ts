import { InvalidArgument, random } from "../../core/index.ts"

/** Which labels are turned: either, or only positives (conversions that were lost), or only negatives (clicks by mistake). */
export type NoiseKind = "both" | "positives" | "negatives"

/**
 * Turns labels of 0 and 1 into the other with a probability: to see what a model loses when its labels are so bad. Other labels and NaN stay.
 *
 * @param rate - in [0, 1]; at 0.5 of `both` nothing is left to learn
 */
export function withLabelNoise(
  labels: ArrayLike<number>,
  rate: number,
  { seed, kind = "both" }: { readonly seed: number; readonly kind?: NoiseKind },
): Float32Array {
  if (!(rate >= 0 && rate <= 1)) throw new InvalidArgument("withLabelNoise", "a rate in [0, 1]", String(rate), "Pass such as 0.1.")
  const chance = random(seed).split("withLabelNoise")
  return Float32Array.from({ length: labels.length }, (_, row) => {
    const label = labels[row]!
    const turns = chance.next() < rate
    if (!turns || (label !== 0 && label !== 1) || (kind === "positives" && label === 0) || (kind === "negatives" && label === 1))
      return label
    return 1 - label
  })
}
