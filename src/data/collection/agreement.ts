import { InvalidArgument } from "../../core/index.ts"

/** What one rater said of one thing; `label` is a class from 0. */
export interface Rating {
  readonly thing: number
  readonly rater: number
  readonly label: number
}

/**
 * Cohen's kappa of two raters over the things both rated: agreement beyond what their own class shares would give by chance.
 *
 * @returns 1 for full agreement, 0 for chance, below 0 for less; NaN when both always say the same one class or share nothing
 * @see Cohen 1960, doi:10.1177/001316446002000104
 */
export function raterKappa(ratings: Iterable<Rating>, a: number, b: number): number {
  const [byA, byB] = [new Map<number, number>(), new Map<number, number>()]
  for (const { thing, rater, label } of ratings) {
    if (rater === a) byA.set(thing, label)
    else if (rater === b) byB.set(thing, label)
  }
  const both = [...byA].filter(([thing]) => byB.has(thing)).map(([thing, label]) => [label, byB.get(thing)!] as const)
  const share = (is: (pair: readonly [number, number]) => boolean) => both.filter(is).length / both.length
  const classes = new Set(both.flat())
  let chance = 0
  for (const name of classes) chance += share(([first]) => first === name) * share(([, second]) => second === name)
  return (share(([first, second]) => first === second) - chance) / (1 - chance)
}

/**
 * Fleiss' kappa of any number of raters: things may be rated by different raters and a different number of times; those rated once are left out.
 * Each thing counts once.
 *
 * @returns 1 for full agreement, 0 for chance; NaN when only one class was ever said or nothing twice
 * @see Fleiss 1971, doi:10.1037/h0031619
 */
export function fleissKappa(ratings: Iterable<Rating>): number {
  const things = [...countsByThing(ratings).values()].filter((counts) => total(counts) >= 2)
  const shares = new Map<number, number>()
  let agreement = 0
  for (const counts of things) {
    const n = total(counts)
    let pairs = 0
    for (const [name, count] of counts) {
      pairs += count * (count - 1)
      shares.set(name, (shares.get(name) ?? 0) + count / n / things.length)
    }
    agreement += pairs / (n * (n - 1)) / things.length
  }
  let chance = 0
  for (const share of shares.values()) chance += share ** 2
  return things.length === 0 ? Number.NaN : (agreement - chance) / (1 - chance)
}

/** What most raters said of a thing. */
export interface Verdict {
  readonly thing: number
  /** The label with the most votes; `null` on a tie. */
  readonly label: number | null
  readonly votes: number
  /** Share of the votes that the label, or one of the tied, had. */
  readonly share: number
}

/** The majority's label of each thing, by ascending thing. */
export function majorityVotes(ratings: Iterable<Rating>): Verdict[] {
  return [...countsByThing(ratings)]
    .sort(([a], [b]) => a - b)
    .map(([thing, counts]) => {
      const votes = total(counts)
      const most = Math.max(...counts.values())
      const first = [...counts].filter(([, count]) => count === most).map(([label]) => label)
      return { thing, label: first.length === 1 ? first[0]! : null, votes, share: most / votes }
    })
}

/** What raters are found to be like when the truth is not known. */
export interface RaterModel {
  /** The likeliest label of each thing, and its probability, by thing. */
  readonly verdicts: ReadonlyMap<number, { readonly label: number; readonly probability: number }>
  /** Estimated share of right labels of each rater, by rater. */
  readonly accuracy: ReadonlyMap<number, number>
  readonly iterations: number
}

/**
 * Labels from raters of different quality by expectation-maximisation: who agrees with others counts more, and each rater's own confusions are
 * taken into account. Starts from the majority.
 *
 * @param classes - how many there are
 * @see Dawid & Skene 1979, doi:10.2307/2346806
 */
export function dawidSkene(
  ratings: readonly Rating[],
  classes: number,
  { iterations = 50 }: { readonly iterations?: number } = {},
): RaterModel {
  if (ratings.some(({ label }) => !(Number.isInteger(label) && label >= 0 && label < classes))) {
    throw new InvalidArgument("dawidSkene", `labels in 0 .. ${classes - 1}`, "others", "Number the classes from 0.")
  }
  const things = [...new Set(ratings.map(({ thing }) => thing))].sort((a, b) => a - b)
  const raters = [...new Set(ratings.map(({ rater }) => rater))].sort((a, b) => a - b)
  const [thingAt, raterAt] = [placesOf(things), placesOf(raters)]
  const rows = ratings.map(({ thing, rater, label }) => ({ thing: thingAt.get(thing)!, rater: raterAt.get(rater)!, label }))
  const belief = new Float64Array(things.length * classes)
  for (const { thing, label } of rows) belief[thing * classes + label]! += 1
  normalise(belief, classes)
  const confusion = new Float64Array(raters.length * classes * classes)
  const prior = new Float64Array(classes)
  let round = 0
  for (let change = 1; round < iterations && change > 1e-6; round++) {
    // One vote beforehand for every confusion, and a few for being right, so that a rater seen once is not taken for perfect.
    confusion.fill(0.1)
    for (let rater = 0; rater < raters.length; rater++)
      for (let c = 0; c < classes; c++) confusion[(rater * classes + c) * classes + c]! += 1
    prior.fill(1)
    for (const { thing, rater, label } of rows) {
      for (let c = 0; c < classes; c++) confusion[(rater * classes + c) * classes + label]! += belief[thing * classes + c]!
    }
    normalise(confusion, classes)
    for (let at = 0; at < belief.length; at++) prior[at % classes]! += belief[at]!
    normalise(prior, classes)
    const logs = Float64Array.from(belief, (_, at) => Math.log(prior[at % classes]!))
    for (const { thing, rater, label } of rows) {
      for (let c = 0; c < classes; c++) logs[thing * classes + c]! += Math.log(confusion[(rater * classes + c) * classes + label]!)
    }
    change = 0
    for (let thing = 0; thing < things.length; thing++) {
      const own = logs.subarray(thing * classes, (thing + 1) * classes)
      const most = Math.max(...own)
      const sum = own.reduce((all, log) => all + Math.exp(log - most), 0)
      for (let c = 0; c < classes; c++) {
        const next = Math.exp(own[c]! - most) / sum
        change = Math.max(change, Math.abs(next - belief[thing * classes + c]!))
        belief[thing * classes + c] = next
      }
    }
  }
  const verdicts = new Map(
    things.map((thing, at) => {
      const own = belief.subarray(at * classes, (at + 1) * classes)
      const label = own.indexOf(Math.max(...own))
      return [thing, { label, probability: own[label]! }]
    }),
  )
  const accuracy = new Map(
    raters.map((rater, at) => [
      rater,
      Array.from(prior, (share, c) => share * confusion[(at * classes + c) * classes + c]!).reduce((a, b) => a + b, 0),
    ]),
  )
  return { verdicts, accuracy, iterations: round }
}

function countsByThing(ratings: Iterable<Rating>): Map<number, Map<number, number>> {
  const things = new Map<number, Map<number, number>>()
  for (const { thing, label } of ratings) {
    const counts = things.get(thing) ?? new Map<number, number>()
    things.set(thing, counts.set(label, (counts.get(label) ?? 0) + 1))
  }
  return things
}

const total = (counts: ReadonlyMap<number, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
const placesOf = (ids: readonly number[]) => new Map(ids.map((id, place) => [id, place]))

/** Makes every run of `size` numbers sum to 1. */
function normalise(values: Float64Array, size: number): void {
  for (let from = 0; from < values.length; from += size) {
    const own = values.subarray(from, from + size)
    const sum = own.reduce((all, value) => all + value, 0)
    for (let i = 0; i < size; i++) own[i]! /= sum
  }
}
