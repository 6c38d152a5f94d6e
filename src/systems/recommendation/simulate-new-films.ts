import { bootstrapStatistic, type Interval, pairedBootstrap } from "../../metrics/index.ts"
import type { FunnelArm, Playground } from "./simulate-arms.ts"
import type { Watched } from "./simulate-play.ts"

const DAY_MS = 86_400_000
/** How long a film counts as new where its exposure is counted, and where routes are judged: as long as the new-item route lists it. */
const NEW_MS = 2 * DAY_MS
const NEW_FOR_DAYS = 14
/** Items of the funnel's order that are looked through for new films. */
const LOOKED_THROUGH = 200
/** What is left of the wish to open a film that was watched before, as the audience has it. */
const WATCHED_BEFORE = 0.05

/** What helping new films does to a page: the funnel with help beside the one without, which knows and learned the same; the same visits in both. */
export interface NewFilmHelp {
  readonly help: string
  /** Share of the places shown that had a film of the last 48 hours: without help, with it, and the difference, viewers resampled in pairs. */
  readonly exposure: { readonly without: number; readonly with: number; readonly difference: Interval }
  /** Films that the audience's truth expects to be opened a film shown, relative to the funnel without help: below 0 is a loss. */
  readonly clickRate: Interval
}

/** How often the favourite new film was found. */
export interface NewFilmHits {
  readonly judged: number
  /** By the new-item route, by the order that the funnel gives new films, by the most watched of the new films, and by the most watched of all. */
  readonly content: number
  readonly ranked: number
  readonly popularity: number
  readonly overall: number
  /** The new-item route, and the funnel's order, minus the most watched of the new films, viewers resampled. */
  readonly difference: Interval
  readonly rankedDifference: Interval
}

/** What each viewer was shown and opened in an arm. */
export class Sessions {
  readonly #play: Playground
  readonly #shown: Float64Array
  readonly #fresh: Float64Array
  readonly #opened: Float64Array
  readonly #expected: Float64Array

  constructor(play: Playground) {
    this.#play = play
    const { length } = play.world.truth.users
    ;[this.#shown, this.#fresh, this.#opened, this.#expected] = [0, 1, 2, 3].map(() => new Float64Array(length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
  }

  shown(viewer: number, list: readonly string[], at: number, watched: (film: string) => boolean): void {
    const { arrivals, startOf, world } = this.#play
    const user = world.truth.users[viewer]!
    const day = (at - world.description.start) / DAY_MS
    for (const [place, film] of list.entries()) {
      const arrival = arrivals.get(film)
      this.#shown[viewer]!++
      if (arrival !== undefined && at - startOf(arrival) < NEW_MS) this.#fresh[viewer]!++
      const opens = 1 / (1 + Math.exp(-world.truth.affinity(user, film, day)))
      this.#expected[viewer]! += world.truth.examination(place + 1) * opens * (watched(film) ? WATCHED_BEFORE : 1)
    }
  }

  opened(viewer: number): void {
    this.#opened[viewer]!++
  }

  clickRate(): number {
    return ratio(this.#opened, this.#shown)
  }

  newExposure(): number {
    return ratio(this.#fresh, this.#shown)
  }

  /** This arm beside another one. */
  beside(other: Sessions, help: string, seed: number): NewFilmHelp {
    const viewers = this.#shown.length
    const change = (of: (one: Sessions) => Float64Array) =>
      bootstrapStatistic(viewers, (places) => ratio(of(this), this.#shown, places) / ratio(of(other), other.#shown, places) - 1, { seed })
    const difference = bootstrapStatistic(
      viewers,
      (places) => ratio(this.#fresh, this.#shown, places) - ratio(other.#fresh, other.#shown, places),
      { seed },
    )
    return {
      help,
      exposure: { without: other.newExposure(), with: this.newExposure(), difference },
      clickRate: change((one) => one.#expected),
    }
  }
}

/** One arm with help for new films beside the one without. */
export function newFilmHelp(help: string, helped: Sessions, plain: Sessions, seed: number): NewFilmHelp {
  return helped.beside(plain, help, seed)
}

function ratio(part: Float64Array, whole: Float64Array, places?: Uint32Array): number {
  let [sum, all] = [0, 0]
  const count = places?.length ?? whole.length
  for (let at = 0; at < count; at++) {
    const viewer = places === undefined ? at : places[at]!
    sum += part[viewer]!
    all += whole[viewer]!
  }
  return all === 0 ? 0 : sum / all
}

/** Judges the new-item route: hit rates at ten among the films of the last two weeks, for each viewer's favourite of those he has not had. */
export function newFilmHits({ world, arrivals, startOf }: Playground) {
  const { users } = world.truth
  const found = users.map(() => ({ judged: 0, content: 0, ranked: 0, popularity: 0, overall: 0 }))
  return {
    async judge({ engine }: FunnelArm, day: number, { watched, counts }: Watched): Promise<void> {
      const fresh = [...arrivals].filter(([, arrival]) => arrival < day && arrival >= day - NEW_FOR_DAYS).map(([id]) => id)
      const all = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([film]) => film)
      const isFresh = new Set(fresh)
      const popular = fresh.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1))
      const at = (startOf(day) - world.description.start) / DAY_MS
      for (const [viewer, user] of users.entries()) {
        const unseen = (film: string) => !watched.get(user)!.has(film)
        const left = fresh.filter(unseen)
        if (left.length <= 10) continue
        const own = found[viewer]!
        own.judged++
        const favourite = left.reduce((a, b) => (world.truth.affinity(user, b, at) > world.truth.affinity(user, a, at) ? b : a))
        const listed = async (sort: string) => {
          const { items } = await engine.rank("films", { user, sort, limit: LOOKED_THROUGH, log: false })
          return items.map(({ id }) => id).filter((id) => isFresh.has(id))
        }
        if ((await listed("new")).slice(0, 10).includes(favourite)) own.content++
        if ((await listed("score")).slice(0, 10).includes(favourite)) own.ranked++
        if (popular.filter(unseen).slice(0, 10).includes(favourite)) own.popularity++
        if (all.filter(unseen).slice(0, 10).includes(favourite)) own.overall++
      }
    },
    rates(seed: number): NewFilmHits {
      const judged = found.filter((own) => own.judged > 0)
      const rateOf = (route: "content" | "ranked" | "popularity" | "overall") => Float64Array.from(judged, (own) => own[route] / own.judged)
      const mean = (rates: Float64Array) => rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length)
      const [content, ranked, popularity] = [rateOf("content"), rateOf("ranked"), rateOf("popularity")]
      const less = (rates: Float64Array) =>
        judged.length === 0 ? { mean: 0, low: 0, high: 0 } : pairedBootstrap(rates, popularity, { seed })
      return {
        judged: judged.reduce((sum, own) => sum + own.judged, 0),
        content: mean(content),
        ranked: mean(ranked),
        popularity: mean(popularity),
        overall: mean(rateOf("overall")),
        difference: less(content),
        rankedDifference: less(ranked),
      }
    },
  }
}
