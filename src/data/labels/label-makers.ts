import { type InteractionEvent, InvalidArgument } from "../../core/index.ts"

/** The label of one shown item from what was done with it (oldest first, often nothing); `undefined` when that cannot be said. */
export type LabelMaker = (interactions: readonly InteractionEvent[]) => number | undefined

/** What an explicit label is read from. */
export interface ExplicitOptions {
  /** What says yes: `purchase`, `like`. */
  readonly type: string
  /** With a value, such as a rating: at least this says yes ... */
  readonly from?: number
  /** ... below this says no, and between the two nothing is said. `from` without. */
  readonly below?: number
  /** What takes a yes back when it comes later: `return`, `unlike`. */
  readonly undo?: string
}

/**
 * What people said outright: 1 for a yes that was not taken back, 0 otherwise. With `below`, values in between are unsure.
 *
 * Ambiguous still: a purchase may be a gift, on a shared account, or sent back after the window.
 */
export function explicitLabel({ type, from, below = from, undo }: ExplicitOptions): LabelMaker {
  if (from !== undefined && below! > from) {
    throw new InvalidArgument("explicitLabel", "below at most from", `below ${below}, from ${from}`, "Pass such as { from: 4, below: 3 }.")
  }
  return (interactions) => {
    let label: number | undefined = 0
    for (const event of interactions) {
      if (event.type === undo) label = 0
      if (event.type !== type) continue
      if (from === undefined) label = 1
      else if (event.value !== undefined) label = event.value >= from ? 1 : event.value < below! ? 0 : undefined
    }
    return label
  }
}

/**
 * What behaviour hints at: the largest weight among the actions taken, 0 without one.
 *
 * @param weights - how sure each action makes us, in [0, 1]: `{ purchase: 1, save: 0.4, click: 0.1 }`
 */
export function implicitLabel(weights: Readonly<Record<string, number>>): LabelMaker {
  for (const [type, weight] of Object.entries(weights)) {
    if (!(weight >= 0 && weight <= 1)) {
      throw new InvalidArgument("implicitLabel", "weights in [0, 1]", `${type}: ${weight}`, "Pass such as { save: 0.4 }.")
    }
  }
  const known = new Map(Object.entries(weights))
  return (interactions) => interactions.reduce((label, { type }) => Math.max(label, known.get(type) ?? 0), 0)
}

/** 1 when the item was viewed at least so many times. @param times - at least 1; views of several lists count where the join gives them */
export function viewedLabel({ type = "view", times }: { readonly type?: string; readonly times: number }): LabelMaker {
  if (!(Number.isInteger(times) && times >= 1)) {
    throw new InvalidArgument("viewedLabel", "a whole number of views from 1", String(times), "Pass such as 3.")
  }
  return (interactions) => (interactions.filter((event) => event.type === type).length >= times ? 1 : 0)
}

/** One rung: whoever did this, with at least that value, has at least this grade. */
export interface Rung {
  readonly type: string
  readonly from?: number
  readonly grade: number
}

/**
 * Grades for ranking: the highest rung that was reached, 0 without one.
 *
 * @param rungs - `[{ type: "click", grade: 1 }, { type: "watch", from: 0.8, grade: 2 }, { type: "like", grade: 3 }]`
 * @param veto - what sets the grade to 0 whatever else happened: `hide`
 */
export function gradedLabel(rungs: readonly Rung[], { veto }: { readonly veto?: string } = {}): LabelMaker {
  const wrong = rungs.find(({ grade }) => !(grade > 0 && Number.isFinite(grade)))
  if (wrong !== undefined) throw new InvalidArgument("gradedLabel", "grades above 0", `${wrong.grade} for ${wrong.type}`, "0 is no rung.")
  return (interactions) => {
    let grade = 0
    for (const { type, value } of interactions) {
      if (type === veto) return 0
      for (const rung of rungs) {
        if (rung.type === type && (rung.from === undefined || (value ?? Number.NaN) >= rung.from)) grade = Math.max(grade, rung.grade)
      }
    }
    return grade
  }
}

/** When a share watched says yes, no or nothing. */
export interface WatchOptions {
  readonly type?: string
  /** From this share on: 1. In (0, 1]. */
  readonly yes: number
  /** Up to this share: 0. Between the two people may have been called away, or watched what they disliked: unsure. */
  readonly no: number
  /** What an item is that was shown and never played: 0 without; `undefined` leaves it out. */
  readonly unplayed?: 0 | undefined
}

/** The largest share watched, with a band in which nothing is said. Values are shares in [0, 1]. */
export function watchLabel(options: WatchOptions): LabelMaker {
  const { type = "watch", yes, no } = options
  const unplayed = "unplayed" in options ? options.unplayed : 0
  if (!(no >= 0 && no <= yes && yes <= 1 && yes > 0)) {
    throw new InvalidArgument("watchLabel", "0 <= no <= yes <= 1", `no ${no}, yes ${yes}`, "Pass such as { yes: 0.8, no: 0.2 }.")
  }
  return (interactions) => {
    let most = Number.NaN
    for (const event of interactions) {
      if (event.type === type && event.value !== undefined && !(event.value <= most)) most = event.value
    }
    if (Number.isNaN(most)) return unplayed
    return most >= yes ? 1 : most <= no ? 0 : undefined
  }
}
