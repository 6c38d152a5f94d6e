import { breathe, InvalidArgument, type SparseMatrix, transpose } from "../../core/index.ts"
import { alsJob } from "./als-job.ts"
import { type FactorModel, type FoldInRule, factorModel, stopped } from "./factor-model.ts"

/** What has happened since a factorization was trained. */
export interface SinceTraining {
  /** As it was trained: drift counts from here, however often items were refreshed. */
  readonly trained: FactorModel
  /** Pairs that each item was trained on; shape `[trained.items]`. */
  readonly counts: ArrayLike<number>
  /** As it serves now, when it was refreshed before; `trained` when absent. */
  readonly current?: FactorModel
  /** Whole histories of people who came since, shape `[people, items]`; items that `trained` does not have are new ones. */
  readonly window: SparseMatrix
}

/** How far {@link refreshItems} goes. */
export interface RefreshOptions {
  /** Most that a trained item may be from where training put it, as a share of its length; default 0.3. */
  readonly maxDrift?: number
  /** Turns of people and items; default 3. A first turn overrates new items, for their takers are not yet known by them. */
  readonly alternations?: number
  readonly threads?: number
  /** Bytes the job may take; default 4 GiB. */
  readonly memoryCapBytes?: number
  readonly signal?: AbortSignal
}

/** A refreshed model, and how far its items are from where training put them, as shares of their lengths. */
export interface RefreshedItems {
  readonly model: FactorModel
  readonly drift: { readonly mean: number; readonly most: number; readonly held: number }
}

/**
 * Item vectors brought up to date between trainings: a few alternations of ALS over the people of a window, in the space of the trained model, so that
 * vectors kept elsewhere stay comparable. An item goes from where it is towards where the window puts it by `w / (w + t)`, with `w` pairs in the
 * window and `t` in training: much-seen items hardly move, new ones take the window's vector. People are folded in as before.
 *
 * @returns the model with a row for every column of the window; `drift.held` counts the items that `maxDrift` held back
 * @throws {@link InvalidArgument} on counts of another length, fewer columns than items, or a `maxDrift` below 0; {@link TooLarge}; {@link Cancelled}
 */
export async function refreshItems(since: SinceTraining, options: RefreshOptions = {}): Promise<RefreshedItems> {
  const { trained, counts, current = trained, window } = since
  const { maxDrift = 0.3, alternations = 3, threads = 1, memoryCapBytes = 2 ** 32, signal } = options
  check(since, maxDrift, alternations)
  stopped(signal)
  const { factors, stride } = trained
  const byItem = transpose(window)
  const rules = { users: ruleFor(trained.rule, trained.items, window.cols), items: ruleFor(trained.rule, trained.items, peopleIn(window)) }
  const from = new Float32Array(window.cols * stride)
  from.set(current.itemFactors)
  const items = from.slice()
  const drifts = new Float64Array(window.cols)
  await using job = await alsJob(window, byItem, { factors, threads, memoryCapBytes, steps: 0 }, rules)
  for (let round = 0; round < alternations; round++) {
    job.setItems(items)
    for (const side of ["users", "items"] as const) for (const _ of job.solve(side)) await breathe(signal, "refreshItems")
    const found = job.items()
    for (let item = 0; item < window.cols; item++) {
      const seen = byItem.offsets[item + 1]! - byItem.offsets[item]!
      const before = item < trained.items ? counts[item]! : 0
      if (seen > 0) between(items, from, found, item * stride, stride, seen / (seen + before))
      if (before > 0) drifts[item] = hold(items, trained.itemFactors, item * stride, stride, maxDrift)
    }
  }
  const held = drifts.filter((drift) => drift > maxDrift).length
  const known = drifts.filter((_, item) => item < trained.items && counts[item]! > 0).map((drift) => Math.min(drift, maxDrift))
  const mean = known.reduce((sum, drift) => sum + drift, 0) / Math.max(1, known.length)
  const most = known.reduce((a, b) => Math.max(a, b), 0)
  return { model: factorModel(items, window.cols, factors, rules.users), drift: { mean, most, held } }
}

/** The rule of rows that face so many others, from that of people who faced the trained items. */
function ruleFor(rule: FoldInRule, trainedItems: number, others: number): FoldInRule {
  const { base, perPair } = rule.ridge
  return perPair === 0 ? rule : { ...rule, ridge: { base: (base / trainedItems) * others, perPair } }
}

/** Writes the row that is a share of the way from one place to another. */
function between(items: Float32Array, from: Float32Array, to: Float32Array, start: number, stride: number, share: number): void {
  for (let at = start; at < start + stride; at++) items[at] = from[at]! + share * (to[at]! - from[at]!)
}

/** Rows with anything in them. */
function peopleIn({ rows, offsets }: SparseMatrix): number {
  let people = 0
  for (let row = 0; row < rows; row++) if (offsets[row + 1]! > offsets[row]!) people++
  return people
}

/** Draws a row back to within `most` of where it was trained; returns how far it was. */
function hold(items: Float32Array, trained: Float32Array, start: number, stride: number, most: number): number {
  let [moved, length] = [0, 0]
  for (let at = start; at < start + stride; at++) {
    moved += (items[at]! - trained[at]!) ** 2
    length += trained[at]! ** 2
  }
  const drift = length === 0 ? 0 : Math.sqrt(moved / length)
  if (drift <= most) return drift
  for (let at = start; at < start + stride; at++) items[at] = trained[at]! + (most / drift) * (items[at]! - trained[at]!)
  return drift
}

function check({ trained, counts, current = trained, window }: SinceTraining, maxDrift: number, alternations: number): void {
  const where = "refreshItems"
  if (counts.length !== trained.items) {
    throw new InvalidArgument(where, `${trained.items} counts`, String(counts.length), "Count the pairs of every trained item.")
  }
  if (current.stride !== trained.stride || current.items < trained.items) {
    const came = `${current.items} of ${current.factors}`
    throw new InvalidArgument(
      where,
      `the ${trained.items} trained items of ${trained.factors} factors`,
      came,
      "Pass what was refreshed from it.",
    )
  }
  if (window.cols < current.items) {
    throw new InvalidArgument(
      where,
      `a window over ${current.items} items or more`,
      String(window.cols),
      "Keep items' numbers, add new ones.",
    )
  }
  if (!(Number.isInteger(alternations) && alternations >= 1)) {
    throw new InvalidArgument(where, "1 alternation or more", String(alternations), "Leave it out for 3.")
  }
  if (!(maxDrift >= 0)) throw new InvalidArgument(where, "a maxDrift of 0 or more", String(maxDrift), "Leave it out for 0.3.")
}
