import { type Clock, manualClock, type Random, random } from "../../core/index.ts"
import { FILMS, type FilmWorld, filmSchema } from "../../data/index.ts"
import { type Engine, open } from "../../engine/index.ts"
import { recommendation } from "./index.ts"
import type { RecommendationOptions } from "./options.ts"
import type { SimulationOptions } from "./simulate.ts"

/** Places on a page. */
const PAGE = 20

export type Settings = Required<Omit<SimulationOptions, "signal" | "onProgress">> & Pick<SimulationOptions, "signal" | "onProgress">

/** The world of a simulation: who comes when, which film is on offer from which day. */
export interface Playground {
  readonly settings: Settings
  readonly world: FilmWorld
  /** Events of the warm-up days, in order of time: the past that every arm begins with. */
  readonly past: readonly Record<string, unknown>[]
  /** Films that come new, by the day of the run. */
  readonly arrivals: ReadonlyMap<string, number>
  readonly offered: (day: number) => readonly string[]
  readonly startOf: (day: number) => number
  readonly minutesOf: (film: string) => number
}

/** An arm: makes pages, and hears what came of them. */
export interface Arm {
  readonly name: string
  page(user: string, now: number): Promise<readonly string[]>
  observe(events: readonly Record<string, unknown>[]): Promise<void>
  /** Called before each day. */
  begin(day: number, now: number): Promise<void>
  close(): Promise<void>
}

/** Counts that fade by three hundredths a day, as the incumbent of the warm-up days keeps them, and what each viewer has had. */
function countingArm(
  play: Playground,
  name: string,
  order: (weights: ReadonlyMap<string, number>, unseen: (film: string) => boolean, key: string) => string[],
): Arm {
  const weights = new Map<string, number>()
  const had = new Map<string, Set<string>>()
  let asked = 0
  const hear = (event: Record<string, unknown>) => {
    if (event.event === "item" && !weights.has(String(event.item))) weights.set(String(event.item), 0)
    if (event.type !== "watch") return
    weights.set(String(event.item), (weights.get(String(event.item)) ?? 0) + 1)
    const own = had.get(String(event.user)) ?? new Set<string>()
    own.add(String(event.item))
    had.set(String(event.user), own)
  }
  for (const event of play.past) hear(event)
  return {
    name,
    page: async (user) => order(weights, (film) => had.get(user)?.has(film) !== true, `${user}-${asked++}`),
    async observe(events) {
      for (const event of events) hear(event)
    },
    async begin() {
      for (const [film, weight] of weights) weights.set(film, weight * 0.97)
    },
    async close() {},
  }
}

/** The ranker that was there before: places drawn in proportion to popularity. */
export function incumbentArm(play: Playground): Arm {
  const seed = random(play.settings.seed).split("incumbent")
  return countingArm(play, "incumbent", (weights, unseen, key) => drawn(weights, unseen, seed.split(key)))
}

/** The most watched that a viewer has not had. */
export function popularityArm(play: Playground): Arm {
  return countingArm(play, "popularity", (weights, unseen) =>
    [...weights]
      .filter(([film]) => unseen(film))
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, PAGE)
      .map(([film]) => film),
  )
}

/** A page drawn without replacement, each film with chance in proportion to its weight: the largest of `log(u) / weight` come first. */
function drawn(weights: ReadonlyMap<string, number>, unseen: (film: string) => boolean, draw: Random): string[] {
  const keys: [string, number][] = []
  for (const [film, weight] of weights) if (unseen(film)) keys.push([film, Math.log(1 - draw.next()) / (weight + 0.3) ** 0.9])
  return keys
    .sort(([, x], [, y]) => y - x)
    .slice(0, PAGE)
    .map(([film]) => film)
}

export interface FunnelArm extends Arm {
  readonly engine: Engine
}

/** The whole product in memory, trained on its own log. */
export async function funnelArm(
  play: Playground,
  name: string,
  options: Pick<RecommendationOptions, "explore" | "newItems">,
): Promise<FunnelArm> {
  const clock = manualClock(play.startOf(0))
  const ahead: Clock & { advance(ms: number): void } = clock
  const system = recommendation({ name: "films", collection: FILMS, schema: filmSchema, timeoutMs: 30_000, ...options })
  let asked = 0
  const engine = await open({
    systems: [system],
    training: "inline",
    clock,
    log: { requests: 0, candidates: 0, traceEvery: 0 },
    requestId: () => `${play.settings.seed}/${asked++}`,
  })
  await engine.observe(play.past)
  const moveTo = (now: number) => ahead.advance(Math.max(0, now - clock.now()))
  return {
    name,
    engine,
    async page(user, now) {
      moveTo(now)
      return (await engine.rank("films", { user, limit: PAGE, log: false })).items.map(({ id }) => id)
    },
    async observe(events) {
      if (events.length > 0) await engine.observe(events)
    },
    async begin(day, now) {
      moveTo(now)
      if (day % play.settings.retrainDays !== 0) return
      const { release } = await engine.train("films", { seed: play.settings.seed })
      await engine.promote(release)
    },
    close: () => engine.close(),
  }
}
