import { checkLengths } from "./confusion.ts"

/** One bin of a reliability table; `meanProbability` and `meanLabel` are null when it is empty. */
export interface ReliabilityBin {
  readonly count: number
  readonly meanProbability: number | null
  readonly meanLabel: number | null
}

/**
 * What was promised beside what happened, in bins of equal width `(i/n, (i+1)/n]`, 0 in the first, or of equal size.
 *
 * @param labels - 1 = positive, 0 = negative; shape `[n]`
 * @param probabilities - of the positive class; shape `[n]`
 * @param by - `"width"`, or `"mass"`: sorted by probability, split into groups of nearly the same size, larger ones first
 * @returns `bins` bins, lowest probabilities first
 */
export function reliabilityTable(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins: number,
  by: "width" | "mass" = "width",
): ReliabilityBin[] {
  checkLengths("reliabilityTable", labels, probabilities)
  const place = by === "width" ? widthBins(probabilities, bins) : massBins(probabilities, bins)
  const counts = new Float64Array(bins)
  const promised = new Float64Array(bins)
  const happened = new Float64Array(bins)
  for (let i = 0; i < labels.length; i++) {
    counts[place[i]!]! += 1
    promised[place[i]!]! += probabilities[i]!
    happened[place[i]!]! += labels[i]!
  }
  return Array.from(counts, (count, bin) => ({
    count,
    meanProbability: count === 0 ? null : promised[bin]! / count,
    meanLabel: count === 0 ? null : happened[bin]! / count,
  }))
}

/** Expected calibration error of a {@link reliabilityTable}: the mean gap of promised and happened, by count, in `[0, 1]`. @see Guo et al. 2017, arXiv:1706.04599 */
export function expectedCalibrationError(table: readonly ReliabilityBin[]): number {
  let sum = 0
  let examples = 0
  for (const bin of table) {
    sum += bin.count * gap(bin)
    examples += bin.count
  }
  return examples === 0 ? 0 : sum / examples
}

/** Largest gap of promised and happened over the bins that are not empty, in `[0, 1]`. */
export function maximumCalibrationError(table: readonly ReliabilityBin[]): number {
  return Math.max(0, ...table.map(gap))
}

const gap = (bin: ReliabilityBin) => (bin.count === 0 ? 0 : Math.abs(bin.meanProbability! - bin.meanLabel!))

function widthBins(probabilities: ArrayLike<number>, bins: number): Uint32Array {
  return Uint32Array.from(probabilities, (p) => Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1)))
}

function massBins(probabilities: ArrayLike<number>, bins: number): Uint32Array {
  const n = probabilities.length
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => probabilities[a]! - probabilities[b]!)
  const larger = n % bins
  const size = Math.floor(n / bins)
  const place = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const inLarger = larger * (size + 1)
    place[order[i]!] = i < inLarger ? Math.floor(i / (size + 1)) : larger + Math.floor((i - inLarger) / size)
  }
  return place
}
