import { type Event, type Random, random } from "../../core/index.ts"
import { type FilmCatalogue, filmEvent } from "./film.ts"
import { type Incumbent, popularityIncumbent } from "./incumbent.ts"
import { impressionEvent, reactionEvent } from "./page-events.ts"
import { drawPlace, type Tastes } from "./taste.ts"
import { attraction, type Reaction, reactToPage, type Viewer, watch } from "./viewing.ts"

/** Everything {@link audienceEvents} runs on, defaults filled in. */
export interface AudienceEvents {
  readonly catalogue: FilmCatalogue
  readonly seed: number
  readonly start: number
  readonly days: number
  readonly system: string
  readonly pageSize: number
  readonly uniformShare: number
  readonly newShare: number
  readonly names: readonly string[]
  readonly tastes: Tastes
}

const DAY_MS = 86_400_000
const HOUR_WEIGHTS = [2, 1, 1, 1, 1, 1, 2, 3, 4, 4, 4, 5, 6, 6, 5, 5, 6, 8, 11, 14, 16, 15, 10, 5]
/** Viewers there on the first day; the others come one by one until three quarters of the time. */
const THERE_AT_START = 0.7
const SESSIONS_A_DAY = 0.65
const WEEKEND = 1.4
/** Chance that a session brings a film that no page showed, and among how many the viewer then chooses. */
const FINDS = 0.6
const LOOKED_THROUGH = 60
/** Chance never to come back after a session in which something, or nothing, was watched to the end. */
const LEAVES = { satisfied: 0.006, unsatisfied: 0.035 }

interface Run extends AudienceEvents {
  readonly draw: Random
  readonly incumbent: Incumbent
  /** One byte a viewer and film: 1 once watched. */
  readonly watched: Uint8Array
  readonly gone: Uint8Array
  /** Made, but later than what has been given out. */
  readonly pending: Event[]
}

/** The events of all days, in order of time: a day is played, what happens after midnight waits for the next, after the last for ever. */
export function* audienceEvents(world: AudienceEvents): Generator<Event, void, undefined> {
  const { films } = world.catalogue
  const viewers = world.names.length
  const draw = random(world.seed).split("events")
  const run: Run = {
    ...world,
    draw,
    incumbent: popularityIncumbent(films.map((film) => film.votes ?? 0)),
    watched: new Uint8Array(viewers * films.length),
    gone: new Uint8Array(viewers),
    pending: [],
  }
  const arrivals = arrivalDays(world, draw.split("arrivals"))
  const joins = Float64Array.from({ length: viewers }, () => (draw.next() < THERE_AT_START ? 0 : 1 + draw.next() * (0.75 * world.days)))
  const rates = Float64Array.from({ length: viewers }, () => SESSIONS_A_DAY * Math.exp(0.8 * draw.normal() - 0.32))
  for (let day = 0; day < world.days; day++) {
    const midnight = world.start + day * DAY_MS
    for (const [film, arrival] of arrivals.entries()) {
      if (arrival !== day) continue
      run.incumbent.add(film, day > 0)
      run.pending.push(filmEvent(films[film]!, midnight))
    }
    run.incumbent.startDay()
    for (const session of sessionsOf(run, day, joins, rates)) playSession(run, session.viewer, session.at)
    yield* due(run.pending, midnight + DAY_MS)
  }
}

/** The day each film comes on offer: 0 for most, later for a share of the newest half; shape `[films]`. */
function arrivalDays({ catalogue: { films }, newShare, days }: AudienceEvents, draw: Random): Uint32Array {
  const arrivals = new Uint32Array(films.length)
  const newest = films.map((film, place) => ({ place, year: film.year ?? 0 })).sort((a, b) => b.year - a.year || a.place - b.place)
  const recent = draw.shuffle(newest.slice(0, Math.ceil(films.length * Math.max(0.5, newShare))))
  for (const { place } of recent.slice(0, Math.round(films.length * newShare))) arrivals[place] = days < 2 ? 0 : 1 + draw.integer(days - 1)
  return arrivals
}

/** The day's sessions in order of time; a viewer who joins today is announced first. */
function sessionsOf(run: Run, day: number, joins: Float64Array, rates: Float64Array): { viewer: number; at: number }[] {
  const { draw, start, tastes, names, pending } = run
  const midnight = start + day * DAY_MS
  const weekend = [0, 6].includes(new Date(midnight).getUTCDay())
  const sessions: { viewer: number; at: number }[] = []
  for (let viewer = 0; viewer < names.length; viewer++) {
    if (run.gone[viewer] === 1 || joins[viewer]! >= day + 1) continue
    const joinsToday = Math.floor(joins[viewer]!) === day
    const joined = joinsToday ? Math.round(start + joins[viewer]! * DAY_MS) : midnight
    if (joinsToday) {
      const fields = { country: tastes.countries[viewer]!, ageBand: tastes.ageBands[viewer]!, simulated: true }
      pending.push({ id: `${names[viewer]}-joins`, timestamp: joined, event: "user", user: names[viewer]!, fields })
    }
    const chance = 1 - Math.exp(-rates[viewer]! * (weekend ? WEEKEND : 1))
    if (draw.next() >= chance) continue
    const at = midnight + drawPlace(draw, HOUR_WEIGHTS) * 3_600_000 + draw.integer(3_600_000)
    sessions.push({ viewer, at: Math.max(at, joined + 1000) })
  }
  return sessions.sort((a, b) => a.at - b.at || a.viewer - b.viewer)
}

/** One visit: the incumbent's page, the reactions to it, perhaps a film found elsewhere, and perhaps the last visit. */
function playSession(run: Run, viewer: number, at: number): void {
  const { draw, catalogue, names, watched, incumbent, tastes } = run
  const { films } = catalogue
  const user = names[viewer]!
  const base = viewer * films.length
  const view: Viewer = {
    affinity: (film) => tastes.affinity(viewer, film, (at - run.start) / DAY_MS),
    watched: (film) => watched[base + film] === 1,
    runtimeMinutes: (film) => films[film]!.runtime,
  }
  const request = `${user}-${at.toString(36)}`
  const session = `${request}-s`
  const uniform = draw.next() < run.uniformShare
  const shown = incumbent.page(run.pageSize, (film) => !view.watched(film), draw, uniform)
  const page = { request, at, session, system: run.system, placement: "home", uniform }
  const ids = shown.map((film) => films[film]!.id)
  run.pending.push(impressionEvent(ids, user, page))
  const reactions = reactToPage(view, shown, draw)
  for (const [index, reaction] of reactions.entries())
    run.pending.push(reactionEvent(reaction, films[reaction.film]!.id, user, page, index))
  if (draw.next() < FINDS) {
    const found: Reaction[] = []
    const film = chooseFound(view, incumbent, draw)
    const after = (reactions.at(-1)?.afterMs ?? 0) + 20_000
    if (film !== undefined) watch(view, film, after, draw, found)
    for (const [index, reaction] of found.entries()) {
      run.pending.push(reactionEvent(reaction, films[reaction.film]!.id, user, { ...page, found: true }, reactions.length + index))
    }
    reactions.push(...found)
  }
  let finished = 0
  for (const { film, type, value } of reactions) {
    if (type !== "watch") continue
    watched[base + film] = 1
    incumbent.watched(film)
    if (value! > 0.8) finished++
  }
  if (draw.next() < (finished > 0 ? LEAVES.satisfied : LEAVES.unsatisfied)) run.gone[viewer] = 1
}

/** The film a viewer picks by himself among many he hears of, half of them popular, half any. */
function chooseFound(viewer: Viewer, incumbent: Incumbent, draw: Random): number | undefined {
  const unseen = (film: number) => !viewer.watched(film)
  const heard = [...incumbent.page(LOOKED_THROUGH / 2, unseen, draw), ...incumbent.page(LOOKED_THROUGH / 2, unseen, draw, true)]
  if (heard.length === 0) return undefined
  return heard[
    drawPlace(
      draw,
      heard.map((film) => attraction(viewer.affinity(film)) ** 2),
    )
  ]
}

/** Takes the events before that time out of `pending`, in order of time; equal times keep the order they were made in. */
function* due(pending: Event[], before: number): Generator<Event, void, undefined> {
  const sorted = pending.splice(0).sort((a, b) => (a.timestamp as number) - (b.timestamp as number))
  for (const event of sorted) {
    if ((event.timestamp as number) < before) yield event
    else pending.push(event)
  }
}
