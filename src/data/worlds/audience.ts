import { type Event, InvalidArgument, random, unknownName } from "../../core/index.ts"
import { type AudienceEvents, audienceEvents } from "./audience-events.ts"
import type { FilmCatalogue } from "./film.ts"
import { impressionEvent, reactionEvent, type ShownPage } from "./page-events.ts"
import { drawTastes, type Tastes } from "./taste.ts"
import { attraction, examination, reactToPage } from "./viewing.ts"

/** What {@link simulateAudience} is told; all but the catalogue, the seed and the start has a default. */
export interface AudienceOptions {
  readonly catalogue: FilmCatalogue
  readonly seed: number
  /** Epoch milliseconds at which the first day begins. */
  readonly start: number
  /** Viewers who ever come, 2,000 without. */
  readonly users?: number
  /** Days that are simulated, 60 without. */
  readonly days?: number
  /** Name of the system that impressions belong to, `recommendation` without. */
  readonly system?: string
  /** Places on a page, 20 without. */
  readonly pageSize?: number
  /** Share of pages whose places are drawn evenly, for measuring position bias; 0.1 without. */
  readonly uniformShare?: number
  /** Radians by which a viewer's taste turns in 30 days; 0 without: tastes stay as they are. */
  readonly drift?: number
  /** Share of the catalogue that comes on offer only as days go by, 0.05 without. */
  readonly newShare?: number
}

/** What nobody outside a simulation knows: what viewers truly want, and how they look at a page. People's and films' ids. */
export interface AudienceTruth {
  readonly users: readonly string[]
  /** Log-odds that the user opens the film when looking at it, on a day; 0 without. @throws {@link NotFound} on an id that is not of this world */
  affinity(user: string, film: string, day?: number): number
  /** The same as a probability. */
  attraction(user: string, film: string): number
  /** Probability that a place of a page is looked at, from 1. */
  examination(place: number): number
  /** Films the user is expected to open on that page: the sum of examination times attraction. */
  pageValue(user: string, films: readonly string[]): number
}

/** A seeded audience of invented viewers over a catalogue of films. */
export interface FilmWorld {
  readonly description: {
    readonly name: "films"
    readonly simulated: true
    readonly note: string
    readonly seed: number
    readonly users: number
    readonly days: number
    readonly films: number
    readonly start: number
    readonly end: number
  }
  readonly truth: AudienceTruth
  /** All events in order of time, made as they are read; each call begins again and gives the same. */
  events(): Generator<Event, void, undefined>
  /**
   * How one viewer reacts to a page that any ranker made: the impression and what followed, in order of time.
   *
   * The same request id gives the same answer. @throws {@link NotFound} on an id that is not of this world
   */
  answer(list: readonly string[], user: string, page: ShownPage): Event[]
}

/**
 * Simulates the people who use a film service: who they are, what they like, when they come, what an incumbent shows them and what they do.
 *
 * Viewers have a taste vector (see {@link AudienceTruth}), come in sessions at their own rate, more in evenings and at weekends, and leave
 * for good the likelier the less they find. The incumbent ranks by popularity with chance; a share of pages is drawn evenly. Viewers look
 * at places with falling probability, open what attracts them, watch a share, like or hide; now and then they find a film without a page.
 * Ids of viewers, sessions, requests and events begin with `sim-`, and each viewer has the field `simulated: true`.
 * @throws {@link InvalidArgument} on sizes that are not positive whole numbers or shares outside [0, 1]
 */
export function simulateAudience(options: AudienceOptions): FilmWorld {
  const settings = {
    users: 2000,
    days: 60,
    system: "recommendation",
    pageSize: 20,
    uniformShare: 0.1,
    newShare: 0.05,
    drift: 0,
    ...options,
  }
  for (const name of ["users", "days", "pageSize"] as const) {
    if (!(Number.isInteger(settings[name]) && settings[name] > 0)) {
      throw new InvalidArgument(
        "simulateAudience",
        `a positive whole number of ${name}`,
        String(settings[name]),
        "Pass one, or leave it out.",
      )
    }
  }
  for (const name of ["uniformShare", "newShare"] as const) {
    if (!(settings[name] >= 0 && settings[name] <= 1)) {
      throw new InvalidArgument("simulateAudience", `${name} in [0, 1]`, String(settings[name]), "Pass a share such as 0.1.")
    }
  }
  const { films } = settings.catalogue
  const tastes = drawTastes(films, settings.users, settings.seed, settings.drift)
  const names = Array.from({ length: settings.users }, (_, viewer) => `sim-${String(viewer).padStart(4, "0")}`)
  const users = new Map(names.map((name, viewer) => [name, viewer]))
  const places = new Map(films.map((film, place) => [film.id, place]))
  return {
    description: {
      name: "films",
      simulated: true,
      note: `Simulated viewers${settings.catalogue.origin === "invented" ? " and invented films" : ", real films"}: no person's data.`,
      seed: settings.seed,
      users: settings.users,
      days: settings.days,
      films: films.length,
      start: settings.start,
      end: settings.start + settings.days * 86_400_000,
    },
    truth: truthOf(tastes, names, users, places),
    events: () => audienceEvents({ ...settings, names, tastes } satisfies AudienceEvents),
    answer(list, user, page) {
      const viewer = placeIn(users, "user", user)
      const numbers = list.map((film) => placeIn(places, "film", film))
      const day = (page.at - settings.start) / 86_400_000
      const draw = random(settings.seed).split(`answer ${page.request} ${user}`)
      const reactions = reactToPage(
        {
          affinity: (film) => tastes.affinity(viewer, film, day),
          watched: (film) => page.watched?.(films[film]!.id) ?? false,
          runtimeMinutes: (film) => films[film]!.runtime,
        },
        numbers,
        draw,
      )
      const { system } = settings
      return [
        impressionEvent(list, user, { ...page, system }),
        ...reactions.map((reaction, at) => reactionEvent(reaction, films[reaction.film]!.id, user, page, at)),
      ]
    },
  }
}

function truthOf(
  tastes: Tastes,
  names: readonly string[],
  users: ReadonlyMap<string, number>,
  places: ReadonlyMap<string, number>,
): AudienceTruth {
  const affinity = (user: string, film: string, day?: number) =>
    tastes.affinity(placeIn(users, "user", user), placeIn(places, "film", film), day)
  return {
    users: names,
    affinity,
    attraction: (user, film) => attraction(affinity(user, film)),
    examination,
    pageValue: (user, films) => films.reduce((sum, film, at) => sum + examination(at + 1) * attraction(affinity(user, film)), 0),
  }
}

function placeIn(places: ReadonlyMap<string, number>, what: string, id: string): number {
  const place = places.get(id)
  if (place === undefined) throw unknownName("film world", what, id, [...places.keys()].slice(0, 5).concat("..."))
  return place
}
