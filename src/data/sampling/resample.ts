import { InvalidArgument, random } from "../../core/index.ts"
import type { KeptRows } from "./negatives.ts"

/** What {@link downSample} and {@link upSample} aim at: positives for each negative, and the seed. */
export interface BalanceOptions {
  readonly seed: number
  /** Rows of the rare class for each row of the frequent one afterwards, in (0, 1]; 1 (both alike) without. */
  readonly ratio?: number
}

/**
 * Drops rows of the more frequent class at random until the rare one has `ratio` rows for each: smaller and faster, and what the dropped rows
 * knew is lost. Exact to one row. Correct probabilities with {@link correctedProbability} at the rate of the frequent class.
 *
 * @param labels - 0 or 1; NaN rows are left out; shape `[n]`
 * @returns rows that stay, ascending, each with the rate at which its class was kept
 */
export function downSample(labels: ArrayLike<number>, options: BalanceOptions): KeptRows {
  const { rare, frequent, ratio } = sides("downSample", labels, options)
  const keep = Math.min(frequent.length, Math.round(rare.length / ratio))
  const chance = random(options.seed).split("downSample")
  for (let i = 0; i < keep; i++) {
    const j = i + chance.integer(frequent.length - i)
    ;[frequent[i], frequent[j]] = [frequent[j]!, frequent[i]!]
  }
  const rate = keep / frequent.length
  const rareLabel = labels[rare[0]!]!
  const rows = Uint32Array.from([...rare, ...frequent.slice(0, keep)]).sort()
  return { rows, rates: Float32Array.from(rows, (row) => (labels[row] === rareLabel ? 1 : rate)) }
}

/**
 * Repeats rows of the rare class until it has `ratio` rows for each of the other: nothing is lost, but the same few rows many times over are easily
 * learnt by heart. Each rare row is repeated equally often, to one.
 *
 * @returns all rows and the repeats, ascending; the rate of a repeated row is how many times it occurs
 */
export function upSample(labels: ArrayLike<number>, options: BalanceOptions): KeptRows {
  const { rare, frequent, ratio } = sides("upSample", labels, options)
  const want = Math.max(rare.length, Math.round(frequent.length * ratio))
  const [each, extra] = [Math.floor(want / rare.length), want % rare.length]
  random(options.seed).split("upSample").shuffle(rare)
  const counts = new Map(rare.map((row, i) => [row, each + (i < extra ? 1 : 0)]))
  const rows: number[] = [...frequent]
  for (const [row, count] of counts) for (let i = 0; i < count; i++) rows.push(row)
  rows.sort((a, b) => a - b)
  return { rows: Uint32Array.from(rows), rates: Float32Array.from(rows, (row) => counts.get(row) ?? 1) }
}

/**
 * A uniform sample of a stream of unknown length, in one pass and memory for the sample alone (algorithm R).
 *
 * @returns at most `size` items, in the order they came
 * @see Vitter 1985, doi:10.1145/3147.3165
 */
export async function reservoirSample<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
  { seed }: { readonly seed: number },
): Promise<{ readonly items: Item[]; readonly seen: number; readonly rate: number }> {
  if (!(Number.isInteger(size) && size > 0)) {
    throw new InvalidArgument("reservoirSample", "a positive whole size", String(size), "Pass such as 10000.")
  }
  const chance = random(seed).split("reservoirSample")
  const kept: { item: Item; turn: number }[] = []
  let seen = 0
  for await (const item of items) {
    if (seen < size) kept.push({ item, turn: seen })
    else {
      const place = Math.floor(chance.next() * (seen + 1))
      if (place < size) kept[place] = { item, turn: seen }
    }
    seen++
  }
  kept.sort((a, b) => a.turn - b.turn)
  return { items: kept.map(({ item }) => item), seen, rate: seen === 0 ? 1 : kept.length / seen }
}

/**
 * So many rows of each stratum at random, or all where it has fewer: rare groups stay in sight.
 *
 * @param strata - stratum of each row; shape `[n]`
 * @returns rows, ascending, with the rate at which their stratum was kept: divide by it for the whole again
 */
export function stratifiedSample(strata: ArrayLike<number | string>, perStratum: number, { seed }: { readonly seed: number }): KeptRows {
  const byStratum = new Map<number | string, number[]>()
  for (let row = 0; row < strata.length; row++) {
    const rows = byStratum.get(strata[row]!)
    if (rows === undefined) byStratum.set(strata[row]!, [row])
    else rows.push(row)
  }
  const kept: { row: number; rate: number }[] = []
  for (const [name, rows] of byStratum) {
    const chosen = random(seed).split(`stratifiedSample ${name}`).shuffle(rows).slice(0, perStratum)
    for (const row of chosen) kept.push({ row, rate: chosen.length / rows.length })
  }
  kept.sort((a, b) => a.row - b.row)
  return { rows: Uint32Array.from(kept, ({ row }) => row), rates: Float32Array.from(kept, ({ rate }) => rate) }
}

/** Rows of the rare and of the frequent class; with equal numbers the positives count as rare. */
function sides(where: string, labels: ArrayLike<number>, { ratio = 1 }: BalanceOptions) {
  if (!(ratio > 0 && ratio <= 1)) throw new InvalidArgument(where, "a ratio in (0, 1]", String(ratio), "Pass 1 for equal classes.")
  const [zeros, ones]: [number[], number[]] = [[], []]
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    if (Number.isNaN(label)) continue
    if (label !== 0 && label !== 1) throw new InvalidArgument(where, "labels 0 and 1", `${label} in row ${row}`, "Threshold grades first.")
    ;(label === 1 ? ones : zeros).push(row)
  }
  if (zeros.length === 0 || ones.length === 0) {
    throw new InvalidArgument(where, "rows of both classes", `${ones.length} ones, ${zeros.length} zeros`, "Collect more first.")
  }
  return ones.length <= zeros.length ? { rare: ones, frequent: zeros, ratio } : { rare: zeros, frequent: ones, ratio }
}
