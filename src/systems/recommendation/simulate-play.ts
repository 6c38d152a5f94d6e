import { random, throwIfCancelled } from "../../core/index.ts"
import { type FilmCatalogue, filmEvent, simulateAudience } from "../../data/index.ts"
import { bootstrapInterval, coverage, exposureCounts, exposureEntropyBits, type Interval } from "../../metrics/index.ts"
import type { Arm, Playground, Settings } from "./simulate-arms.ts"
import { Sessions } from "./simulate-new-films.ts"

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 8, 7)

/** Chance that a viewer comes on a day. */
const VISITS = 0.5

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

/** Who is there, which films come when, and the days that all arms share. */
export function playground(settings: Settings): Playground {
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

/** What came of an arm. */
export interface Played {
  readonly report: ArmReport
  /** Minutes watched by each viewer. */
  readonly minutes: Float64Array
  /** What each viewer was shown and opened. */
  readonly sessions: Sessions
  /** The same of the arms that only made pages beside it. */
  readonly beside: readonly Sessions[]
}

/**
 * Plays the days with one arm.
 *
 * @param beside - arms that hear and are trained as this one, and are asked for the same pages, which nobody sees
 */
export async function playArm(
  play: Playground,
  arm: Arm,
  beside: readonly Arm[],
  onDay: (day: number, played: Watched) => Promise<void>,
): Promise<Played> {
  const { settings, world, arrivals } = play
  const { users } = world.truth
  const minutes = new Float64Array(users.length)
  const watched = new Map(users.map((user) => [user, new Set<string>()]))
  const counts = new Map<string, number>()
  for (const event of play.past) if (event.type === "watch") watched.get(String(event.user))?.add(String(event.item))
  const weeks: string[][][] = []
  const firstDays: number[] = []
  const all = [arm, ...beside]
  const sessions = all.map(() => new Sessions(play))
  let pages = 0
  for (let day = 0; day < settings.days; day++) {
    throwIfCancelled(settings.signal, "simulate")
    const midnight = play.startOf(day)
    const fresh = [...arrivals].filter(([, arrival]) => arrival === day).map(([id]) => id)
    const films = settings.catalogue.films.filter(({ id }) => fresh.includes(id))
    for (const one of all) {
      await one.observe(films.map((film) => filmEvent(film, midnight) as unknown as Record<string, unknown>))
      await one.begin(day, midnight)
    }
    if (day % 7 === 0) weeks.push([])
    const today: string[][] = []
    for (const { viewer, at } of visitsOf(play, day)) {
      const user = users[viewer]!
      const list = await arm.page(user, at)
      const request = `${user}-${day}`
      const had = (film: string) => watched.get(user)!.has(film)
      sessions[0]!.shown(viewer, list, at, had)
      for (const [place, one] of beside.entries()) sessions[place + 1]!.shown(viewer, await one.page(user, at), at, had)
      const events = world.answer(list, user, { request, at, watched: had }) as unknown as Record<string, unknown>[]
      for (const event of events) {
        if (event.type === "click") sessions[0]!.opened(viewer)
        if (event.type !== "watch") continue
        const film = String(event.item)
        minutes[viewer]! += Number(event.value) * play.minutesOf(film)
        watched.get(user)!.add(film)
        counts.set(film, (counts.get(film) ?? 0) + 1)
      }
      for (const one of all) await one.observe(events)
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
    clickRate: sessions[0]!.clickRate(),
    newExposure: sessions[0]!.newExposure(),
    minutes: minutes.reduce((sum, one) => sum + one, 0) / users.length,
    weeks: weeks.map((lists, week) => {
      const exposure = exposureCounts(lists, play.offered(Math.min(settings.days, (week + 1) * 7) - 1))
      return { coverage: coverage(exposure), effectiveFilms: 2 ** exposureEntropyBits(exposure) }
    }),
    firstDayExposure: firstDay.mean,
    firstDay,
  }
  return { report, minutes, sessions: sessions[0]!, beside: sessions.slice(1) }
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
