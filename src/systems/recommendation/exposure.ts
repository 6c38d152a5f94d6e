import { type IdTable, USERS } from "../../core/index.ts"
import { joinLabels, positionBiasByEm } from "../../data/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { meaning, pairKey } from "./data.ts"
import type { Recommendation } from "./options.ts"

/** How long after a page what was taken up is put down to it. */
const WINDOW_MS = 6 * 3_600_000
/** Items shown that position bias is estimated from, the newest, and how many of them must have been taken up. */
const MOST_SHOWN = 2_000_000
const LEAST_TAKEN = 500
/** Places that are looked at apart; later ones count as the last. */
const PLACES = 50
/** A place counts as looked at no more rarely than this beside the first: a little bias for much less chance. */
const LEAST_EXAMINATION = 0.1
/** Scores are compared within steps of log-odds this wide. */
const STEP = 0.25
const MOST_LOGIT = 40

/** Where people were shown what they took up, and what the place had to do with it. */
export interface Exposure {
  /** How often each place is looked at beside the first; undefined where the log does not tell. */
  readonly examination: Float64Array | undefined
  /** How much an item that somebody took up counts as an example: 1 over how often its place is looked at; 1 when nobody showed it. */
  weight(user: number, item: number): number
  /** A sentence for the report of a training. */
  readonly note: string | undefined
}

/**
 * Reads the lists of the log with what was taken up from each. What stands above is looked at more and taken up more, whatever it is: a model that
 * learns from that learns the old order. An item that was taken up from a place that is looked at half as often stands for two.
 *
 * How often a place is looked at is estimated from what was shown at several: the same item, or, in lists that were served with scores, items with
 * the same score, so that a list in order of taste is not taken for one that is looked at from the top.
 * @see Joachims, Swaminathan & Schnabel 2017, doi:10.1145/3018661.3018699; Wang et al. 2018, doi:10.1145/3159652.3159732
 */
export async function gatherExposure(run: TrainingRun, ids: IdTable, options: Recommendation): Promise<Exposure> {
  const none: Exposure = { examination: undefined, weight: () => 1, note: undefined }
  if (run.timeless) return none
  const people = ids.collection(USERS)
  const items = ids.collection(options.collection)
  const lists = joinLabels(run.entries(), {
    system: options.name,
    windowMs: WINDOW_MS,
    source: "served",
    label: (done) => (done.some(({ type, value }) => meaning(options, type, value) === "positive") ? 1 : 0),
  })
  const shown = { places: new Uint8Array(1 << 12), things: new Uint32Array(1 << 12), clicks: new Uint8Array(1 << 12) }
  const taken = new Map<number, number>()
  let [rows, count, takenUp] = [0, 0, 0]
  for await (const list of lists) {
    run.signal.throwIfAborted()
    // Places of a row or of an item's page are looked at in another way.
    if ((list.placement ?? "home") !== "home" || list.item !== undefined) continue
    count++
    const user = people.find(list.user ?? `session:${list.session}`)
    for (let at = 0; at < list.items.length; at++) {
      const item = items.find(list.items[at]!.id)
      if (item < 0) continue
      const place = Math.min(PLACES - 1, list.places[at]!)
      const row = rows++ % MOST_SHOWN
      if (row >= shown.places.length) grow(shown)
      shown.places[row] = place
      shown.things[row] = thingOf(item, list.scores?.[at])
      shown.clicks[row] = list.labels[at]! > 0 ? 1 : 0
      if (shown.clicks[row] === 0) continue
      takenUp++
      if (user >= 0 && !taken.has(pairKey(user, item))) taken.set(pairKey(user, item), place)
    }
  }
  if (takenUp < LEAST_TAKEN) return none
  const size = Math.min(rows, MOST_SHOWN)
  const { examination } = positionBiasByEm({
    places: shown.places.subarray(0, size),
    things: shown.things.subarray(0, size),
    clicks: shown.clicks.subarray(0, size),
  })
  const at = (place: number) => Math.min(1, Math.max(LEAST_EXAMINATION, examination[place]!))
  return {
    examination,
    weight(user, item) {
      const place = taken.get(pairKey(user, item))
      return place === undefined ? 1 : 1 / at(place)
    },
    note: `${count} lists in the log, ${takenUp} items taken up from them. Places are looked at ${[0, 4, 9, 19]
      .filter((place) => Number.isFinite(examination[place]))
      .map((place) => `${examination[place]!.toFixed(2)} (${place + 1})`)
      .join(", ")} times as often as the first.`,
  }
}

/** What is looked at or not: items alike by their score where it is a probability, else each item by itself. */
function thingOf(item: number, score: number | undefined): number {
  if (score === undefined || !(score > 0 && score < 1)) return 2 * item
  return 2 * Math.round((Math.max(-MOST_LOGIT, Math.min(MOST_LOGIT, Math.log(score / (1 - score)))) + MOST_LOGIT) / STEP) + 1
}

function grow(shown: { places: Uint8Array; things: Uint32Array; clicks: Uint8Array }): void {
  const wider = <Column extends Uint8Array | Uint32Array>(column: Column, made: Column): Column => {
    made.set(column)
    return made
  }
  const room = shown.places.length * 2
  shown.places = wider(shown.places, new Uint8Array(room))
  shown.things = wider(shown.things, new Uint32Array(room))
  shown.clicks = wider(shown.clicks, new Uint8Array(room))
}
