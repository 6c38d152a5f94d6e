import { type Random, random, throwIfCancelled } from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { auc } from "../../metrics/index.ts"
import type { HoldOut } from "./data.ts"
import { Examples } from "./examples.ts"
import type { Exposure } from "./exposure.ts"
import type { Recommendation } from "./options.ts"
import type { Proposer } from "./propose.ts"
import { type RankerModel, rankers } from "./rankers.ts"

/** Items that twins are made of, people they are shown to, and items that each of those did not take up, at most. */
const MOST_TWINS = 2000
const MOST_PEOPLE = 3000
const NOT_TAKEN = 30
/** Engagements without which nothing is learned. */
const LEAST_TAKEN = 20

/** What orders items that are new to the release. */
export interface LearnedNew {
  readonly model: RankerModel | undefined
  readonly rows: number
  readonly notes: readonly string[]
}

/**
 * Learns who takes up what by what it is. Every item gets a twin that is described alike and came in at the moment of the prediction, so that it has no
 * taste, no count, no past: what a ranker is asked of a new item. Whoever took up the item in the days held out is an example that one with such a
 * description is taken up by such a person.
 *
 * Most rankers learn the same by leaving out what people did at random (Volkovs, Yu & Poutanen 2017, "DropoutNet"); apart, it takes nothing from the order of
 * what is known.
 *
 * @returns no model over timeless data, or a log that describes no items
 */
export async function learnNew(
  run: TrainingRun,
  options: Recommendation,
  {
    propose,
    columns,
    inner,
    exposure,
    isWeighed,
  }: {
    readonly propose: Proposer
    readonly columns: readonly string[]
    readonly inner: HoldOut
    readonly exposure: Exposure | undefined
    readonly isWeighed: boolean
  },
): Promise<LearnedNew> {
  const none: LearnedNew = { model: undefined, rows: 0, notes: [] }
  const chance = random(run.seed).split("twins")
  const items = chance.shuffle(Uint32Array.from(propose.described)).slice(0, MOST_TWINS)
  if (items.length === 0) return none
  const isTwinned = new Set(items)
  const all = new Examples(columns, 1)
  const step = Math.max(1, Math.ceil(inner.truth.size / MOST_PEOPLE))
  let place = 0
  for (const [user, truth] of inner.truth) {
    if (place++ % step !== 0) continue
    throwIfCancelled(run.signal, "learning new items")
    const taken = truth.filter((item) => isTwinned.has(item))
    const others = unlike(items, new Set([...truth, ...propose.had(user), ...(inner.unsure.get(user) ?? [])]), chance)
    const asked = Uint32Array.of(...taken, ...others.drawn)
    all.add({ size: asked.length, ids: asked }, propose.asNew(user, asked), {
      relevant: new Set(taken),
      fold: Math.floor(place / step) % 2,
      otherWeight: others.weight,
      exposureOf: (item) => exposure?.weight(user, item) ?? 1,
    })
  }
  const halves = [all.without(1), all.without(0)] as const
  if (halves.some(({ positives, size }) => positives < LEAST_TAKEN || positives === size)) return none
  const learn = (examples: Examples) => rankers[options.ranker].fit(examples.data(isWeighed), { seed: run.seed, signal: run.signal })
  const apart = async (from: Examples, to: Examples) => {
    const { rows, labels, weights } = to.data()
    return (auc(labels, (await learn(from)).logits(rows), weights) ?? Number.NaN).toFixed(3)
  }
  const told = `AUC ${await apart(...halves)} and ${await apart(halves[1], halves[0])} on other people`
  return {
    model: await learn(all),
    rows: all.size,
    notes: [`New items by what they are: learned from ${items.length} items as if they were new, ${all.positives} taken up; ${told}.`],
  }
}

/** Some of the items that are not among those, and how many each stands for. */
function unlike(
  items: Uint32Array,
  those: ReadonlySet<number>,
  chance: Random,
): { readonly drawn: readonly number[]; readonly weight: number } {
  const left = items.filter((item) => !those.has(item))
  const drawn = chance.shuffle(left).subarray(0, NOT_TAKEN)
  return { drawn: [...drawn], weight: left.length / Math.max(1, drawn.length) }
}
