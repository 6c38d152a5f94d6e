import type { Random } from "../../core/index.ts"

/** How fast attention falls down a page: place `p` from 1 is looked at with probability `p^-0.7`. */
export const EXAMINATION_EXPONENT = 0.7
/** What is left of the wish to open a film that was watched before. */
const WATCHED_BEFORE = 0.05
const MINUTE_MS = 60_000
const USUAL_RUNTIME_MINUTES = 105

/** One thing a viewer does with a film; `value` of a watch is the share of the film that was watched, in `[0, 1]`. */
export interface Reaction {
  readonly film: number
  readonly type: "click" | "watch" | "like" | "hide"
  readonly value?: number
  /** Milliseconds after the page was shown. */
  readonly afterMs: number
}

/** Probability that a viewer looks at a place of a page, from 1. */
export function examination(place: number): number {
  return place ** -EXAMINATION_EXPONENT
}

/** Probability that a viewer who looks at a film opens it. */
export function attraction(affinity: number): number {
  return 1 / (1 + Math.exp(-affinity))
}

/** What {@link reactToPage} must know of one viewer and the films. */
export interface Viewer {
  affinity(film: number): number
  watched(film: number): boolean
  runtimeMinutes(film: number): number | undefined
}

/**
 * How a viewer reacts to a page: each place is looked at or not, independently of the others, and what is looked at is opened with the
 * probability of its attraction. An opened film is watched for a share that grows with affinity, then perhaps liked or hidden.
 *
 * @param films - by number, best place first
 */
export function reactToPage(viewer: Viewer, films: readonly number[], draw: Random): Reaction[] {
  const reactions: Reaction[] = []
  let time = 4000
  for (const [index, film] of films.entries()) {
    if (draw.next() >= examination(index + 1)) continue
    time += 1500
    const affinity = viewer.affinity(film)
    const opens = attraction(affinity) * (viewer.watched(film) ? WATCHED_BEFORE : 1)
    if (draw.next() < opens) {
      reactions.push({ film, type: "click", afterMs: time })
      time = watch(viewer, film, time, draw, reactions)
    } else if (affinity < -5 && draw.next() < 0.04) {
      reactions.push({ film, type: "hide", afterMs: time })
    }
  }
  return reactions
}

/** The viewer plays a film: adds the watch and what follows, and returns when it ended. */
export function watch(viewer: Viewer, film: number, startMs: number, draw: Random, reactions: Reaction[]): number {
  const affinity = viewer.affinity(film)
  const liking = attraction(affinity + 2 + 1.2 * draw.normal())
  const share = liking > 0.75 ? 0.85 + 0.15 * draw.next() : liking * draw.next()
  const runtime = (viewer.runtimeMinutes(film) ?? USUAL_RUNTIME_MINUTES) * MINUTE_MS
  const end = Math.round(startMs + 2000 + share * runtime)
  reactions.push({ film, type: "watch", value: Math.round(share * 1000) / 1000, afterMs: end })
  if (share > 0.8 && draw.next() < 0.25 + 0.35 * liking) reactions.push({ film, type: "like", afterMs: end + 3000 })
  if (share < 0.08 && draw.next() < 0.2) reactions.push({ film, type: "hide", afterMs: end + 3000 })
  return end + 5000
}
