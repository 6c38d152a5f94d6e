import { InvalidArgument, random, throwIfCancelled } from "../../core/index.ts"
import { type FilmCatalogue, filmEvent, simulateAudience } from "../../data/index.ts"
import {
  bootstrapInterval,
  coverage,
  exposureCounts,
  exposureEntropyBits,
  type Interval,
  type PairedTResult,
  pairedT,
} from "../../metrics/index.ts"
import { type Arm, funnelArm, incumbentArm, type Playground, popularityArm, type Settings } from "./simulate-arms.ts"
import { type NewFilmHelp, type NewFilmHits, newFilmHelp, newFilmHits, Sessions } from "./simulate-new-films.ts"

/** What {@link simulateRecommendation} runs on; all but the catalogue and the seed has a default. */
export interface SimulationOptions {
  readonly catalogue: FilmCatalogue
  readonly seed: number
  /** Viewers, 400 without; days that each arm runs, 30 without, after `warmUpDays` (14) that all share. */
  readonly viewers?: number
  readonly days?: number
  readonly warmUpDays?: number
  /** Radians by which tastes turn in 30 days, 0.5 without. */
  readonly drift?: number
  /** Share of the catalogue that comes on offer during the days, 0.25 without. */
  readonly newShare?: number
  /** Share of places that the funnel gives to chance, 0.1 without. */
  readonly explore?: number
  /** Days between two trainings of the funnel on its own log, 7 without. */
  readonly retrainDays?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void
}

/** How one arm did. Weeks are of seven days, the last one may be shorter. */
export interface ArmReport {
  readonly name: string
  readonly pages: number
  /** Films opened a film shown, and minutes watched a viewer. */
  readonly clickRate: number
  readonly minutes: number
  /** By week: share of the films on offer that anybody was shown, and as how many films shown equally often the exposure counts (2 to its entropy). */
  readonly weeks: readonly { readonly coverage: number; readonly effectiveFilms: number }[]
  /** Share of the pages of a film's first day that showed it: mean over films that came new, with the 95 % interval of that mean over films. */
  readonly firstDayExposure: number
  readonly firstDay: Interval
  /** Share of the places shown that had a film of the last 48 hours. */
  readonly newExposure: number
}

/** What a simulation found. */
export interface SimulationReport {
  readonly viewers: number
  readonly films: number
  readonly newFilms: number
  readonly days: number
  readonly seed: number
  readonly arms: readonly ArmReport[]
  /** Minutes a viewer, the funnel minus the incumbent, the same viewers and visits in both. */
  readonly watchTime: PairedTResult
  /** What helping new films is worth beside the same funnel without help: raised odds alone, and with a place on each page. */
  readonly newFilmHelp: readonly NewFilmHelp[]
  /** How often the new film that a viewer likes best is among the first ten of the new-item route, and of the most watched new films. */
  readonly newFilmHitRate: NewFilmHits
}

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 8, 7)

/** Chance that a viewer comes on a day. */
const VISITS = 0.5

/**
 * Plays an audience with turning tastes against rankers that learn from what they themselves have shown: the incumbent of the warm-up days, popularity
 * alone, the funnel with exploration, trained anew on its own log, and the same funnel without chance and help for new films. The same viewers come at the same moments in every arm, and chance is drawn
 * alike, so that arms are compared viewer by viewer. Same seed, same report.
 *
 * @throws {@link InvalidArgument} on sizes that are not positive whole numbers
 */
export async function simulateRecommendation(options: SimulationOptions): Promise<SimulationReport> {
  const settings = { viewers: 400, days: 30, warmUpDays: 14, drift: 0.5, newShare: 0.25, explore: 0.1, retrainDays: 7, ...options }
  for (const name of ["viewers", "days", "warmUpDays", "retrainDays"] as const) {
    if (!(Number.isInteger(settings[name]) && settings[name] > 0)) {
      throw new InvalidArgument("simulate", `a positive whole number of ${name}`, String(settings[name]), "Leave it out for the default.")
    }
  }
  const play = playground(settings)
  const arms = [
    incumbentArm(play),
    popularityArm(play),
    await funnelArm(play, "funnel", { explore: settings.explore }),
    await funnelArm(play, "without chance", { explore: 0 }),
    await funnelArm(play, "raised only", { explore: 0, newItems: { boost: 0.1, hours: 48, least: 0 } }),
    await funnelArm(play, "plain funnel", { explore: 0, newItems: { boost: 0, hours: 48, least: 0 } }),
  ] as const
  const hits = newFilmHits(play)
  const reports: Played[] = []
  try {
    for (const [at, arm] of arms.entries()) {
      reports.push(
        await playArm(play, arm, async (day, played) => {
          settings.onProgress?.({ step: arm.name, done: at * settings.days + day, total: arms.length * settings.days })
          if (arm === arms[2] && (day % 7 === 0 || day === settings.days)) await hits.judge(arms[2], day, played)
        }),
      )
    }
    const [incumbent, , funnel, helped, raised, plain] = reports as [Played, Played, Played, Played, Played, Played]
    return {
      viewers: settings.viewers,
      films: settings.catalogue.films.length,
      newFilms: play.arrivals.size,
      days: settings.days,
      seed: settings.seed,
      arms: reports.map(({ report }) => report),
      watchTime: pairedT(funnel.minutes, incumbent.minutes),
      newFilmHelp: [
        newFilmHelp("raised by a tenth, fading over 48 hours", raised.sessions, plain.sessions, settings.seed),
        newFilmHelp("and given a place on each page", helped.sessions, plain.sessions, settings.seed),
      ],
      newFilmHitRate: hits.rates(settings.seed),
    }
  } finally {
    for (const arm of arms) await arm.close()
  }
}

function playground(settings: Settings): Playground {
  const { catalogue, seed, viewers, days, warmUpDays, newShare, drift } = settings
  const draw = random(seed).split("simulate")
  const fresh = draw.shuffle(catalogue.films.map(({ id }) => id)).slice(0, Math.round(catalogue.films.length * newShare))
  const arrivals = new Map(fresh.map((id, at) => [id, 1 + Math.floor((at * (days - 1)) / Math.max(1, fresh.length))]))
  const old: FilmCatalogue = { ...catalogue, films: catalogue.films.filter(({ id }) => !arrivals.has(id)) }
  const audience = { seed, start: START, users: viewers, drift, system: "films" }
  const before = simulateAudience({ ...audience, catalogue: old, days: warmUpDays, newShare: 0, uniformShare: 0 })
  const runtimes = new Map(catalogue.films.map(({ id, runtime }) => [id, runtime ?? 105]))
  return {
    settings,
    world: simulateAudience({ ...audience, catalogue, days: warmUpDays + days }),
    past: [...before.events()] as unknown as Record<string, unknown>[],
    arrivals,
    offered: (day) => catalogue.films.map(({ id }) => id).filter((id) => (arrivals.get(id) ?? 0) <= day),
    startOf: (day) => START + (warmUpDays + day) * DAY_MS,
    minutesOf: (film) => runtimes.get(film)!,
  }
}

/** What was watched so far in an arm: by viewer, and by film. */
export interface Watched {
  readonly watched: ReadonlyMap<string, ReadonlySet<string>>
  readonly counts: ReadonlyMap<string, number>
}

interface Played {
  readonly report: ArmReport
  /** Minutes watched by each viewer. */
  readonly minutes: Float64Array
  /** What each viewer was shown and opened. */
  readonly sessions: Sessions
}

async function playArm(play: Playground, arm: Arm, onDay: (day: number, played: Watched) => Promise<void>): Promise<Played> {
  const { settings, world, arrivals } = play
  const { users } = world.truth
  const minutes = new Float64Array(users.length)
  const watched = new Map(users.map((user) => [user, new Set<string>()]))
  const counts = new Map<string, number>()
  for (const event of play.past) if (event.type === "watch") watched.get(String(event.user))?.add(String(event.item))
  const weeks: string[][][] = []
  const firstDays: number[] = []
  const sessions = new Sessions(play)
  let pages = 0
  for (let day = 0; day < settings.days; day++) {
    throwIfCancelled(settings.signal, "simulate")
    const midnight = play.startOf(day)
    const fresh = [...arrivals].filter(([, arrival]) => arrival === day).map(([id]) => id)
    const films = settings.catalogue.films.filter(({ id }) => fresh.includes(id))
    await arm.observe(films.map((film) => filmEvent(film, midnight) as unknown as Record<string, unknown>))
    await arm.begin(day, midnight)
    if (day % 7 === 0) weeks.push([])
    const today: string[][] = []
    for (const { viewer, at } of visitsOf(play, day)) {
      const user = users[viewer]!
      const list = await arm.page(user, at)
      const request = `${user}-${day}`
      sessions.shown(viewer, list, at, (film) => watched.get(user)!.has(film))
      const events = world.answer(list, user, { request, at, watched: (film) => watched.get(user)!.has(film) }) as unknown as Record<
        string,
        unknown
      >[]
      for (const event of events) {
        if (event.type === "click") sessions.opened(viewer)
        if (event.type !== "watch") continue
        const film = String(event.item)
        minutes[viewer]! += Number(event.value) * play.minutesOf(film)
        watched.get(user)!.add(film)
        counts.set(film, (counts.get(film) ?? 0) + 1)
      }
      await arm.observe(events)
      pages++
      today.push([...list])
    }
    weeks.at(-1)!.push(...today)
    for (const id of fresh) firstDays.push(today.filter((list) => list.includes(id)).length / Math.max(1, today.length))
    await onDay(day + 1, { watched, counts })
  }
  const firstDay = bootstrapInterval(Float64Array.from(firstDays), { seed: settings.seed })
  const report: ArmReport = {
    name: arm.name,
    pages,
    clickRate: sessions.clickRate(),
    newExposure: sessions.newExposure(),
    minutes: minutes.reduce((sum, one) => sum + one, 0) / users.length,
    weeks: weeks.map((lists, week) => {
      const exposure = exposureCounts(lists, play.offered(Math.min(settings.days, (week + 1) * 7) - 1))
      return { coverage: coverage(exposure), effectiveFilms: 2 ** exposureEntropyBits(exposure) }
    }),
    firstDayExposure: firstDay.mean,
    firstDay,
  }
  return { report, minutes, sessions }
}

/** Who comes on a day and when: the same in every arm. */
function visitsOf({ settings, startOf }: Playground, day: number): { readonly viewer: number; readonly at: number }[] {
  const draw = random(settings.seed).split(`visits ${day}`)
  const visits: { viewer: number; at: number }[] = []
  for (let viewer = 0; viewer < settings.viewers; viewer++) {
    const at = startOf(day) + 3_600_000 + draw.integer(DAY_MS - 4 * 3_600_000)
    if (draw.next() < VISITS) visits.push({ viewer, at })
  }
  return visits.sort((a, b) => a.at - b.at || a.viewer - b.viewer)
}
