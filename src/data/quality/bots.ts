import type { InteractionEvent, LogRecord } from "../../core/index.ts"

/** What one session did, as far as it tells bots from people. */
export interface SessionProfile {
  readonly session: string
  readonly pages: number
  readonly shown: number
  readonly interactions: number
  /** Interactions for each item shown. */
  readonly rate: number
  readonly events: number
  readonly durationMs: number
  /** Median pause between events, and the pauses' standard deviation over their mean: people's is about 1 and more, a clock's 0. */
  readonly medianGapMs: number
  readonly gapVariation: number
  /** Share of interactions within 250 ms of the event before them. */
  readonly instant: number
  /** Share of the interactions that went to the commonest item. */
  readonly sameItem: number
}

/** Why a session is taken for a bot's. */
export type BotReason = "pages without end" | "opens everything" | "like clockwork" | "one item again and again" | "faster than people"

/** A session taken for a bot's, with the number behind it. */
export interface BotSession {
  readonly session: string
  readonly reason: BotReason
  readonly evidence: number
}

/** From where on something is no longer what people do; the defaults were set on simulated traffic (see {@link simulateTraffic}). */
export interface BotLimits {
  /** Events before pauses are judged, 12 without, and the variation below which they are a clock's, 0.35 without. */
  readonly clockEvents?: number
  readonly clockVariation?: number
  /** Pages without any interaction, 20 without, at a median pause below this, 4,000 ms without. */
  readonly emptyPages?: number
  readonly emptyGapMs?: number
  /** Items shown before the rate is judged, 20 without, and the rate from which it opens everything, 0.5 without. */
  readonly rateShown?: number
  readonly rate?: number
  /** Interactions before their spread is judged, 5 without, and the share on one item from which it is a farm's, 0.8 without. */
  readonly sameInteractions?: number
  readonly sameItem?: number
  /** Share of at least 5 interactions that were instant, 0.5 without. */
  readonly instant?: number
}

/** Profiles of all sessions of a log; records without a session are left out. Memory: a few numbers for each event of a session. */
export function sessionProfiles(records: Iterable<LogRecord>): SessionProfile[] {
  const sessions = new Map<string, { times: number[]; done: InteractionEvent[]; doneAt: number[]; pages: number; shown: number }>()
  for (const record of records) {
    if ((record.event !== "impression" && record.event !== "interaction") || record.session === undefined) continue
    const known = sessions.get(record.session) ?? { times: [], done: [], doneAt: [], pages: 0, shown: 0 }
    sessions.set(record.session, known)
    const time = typeof record.timestamp === "number" ? record.timestamp : Date.parse(record.timestamp)
    known.times.push(time)
    if (record.event === "impression") {
      known.pages++
      known.shown += record.items.length
    } else {
      known.done.push(record)
      known.doneAt.push(time)
    }
  }
  return [...sessions].map(([session, { times, done, doneAt, pages, shown }]) => {
    const sorted = Float64Array.from(times).sort()
    const gaps = sorted.subarray(1).map((time, i) => time - sorted[i]!)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    const items = new Map<string, number>()
    for (const { item } of done) items.set(item, (items.get(item) ?? 0) + 1)
    return {
      ...{ session, pages, shown, interactions: done.length, events: times.length },
      rate: shown === 0 ? Number.NaN : done.length / shown,
      durationMs: sorted.at(-1)! - sorted[0]!,
      medianGapMs: gaps.length === 0 ? Number.NaN : gaps.toSorted()[gaps.length >> 1]!,
      gapVariation: deviation / mean,
      instant: instantShare(sorted, doneAt),
      sameItem: done.length === 0 ? Number.NaN : Math.max(...items.values()) / done.length,
    }
  })
}

/** Share of the times that come within 250 ms after another event. */
function instantShare(sorted: Float64Array, times: readonly number[]): number {
  let [instant, at] = [0, 0]
  for (const time of times.toSorted((a, b) => a - b)) {
    while (sorted[at + 1]! < time) at++
    if (sorted[at]! < time && time - sorted[at]! <= 250) instant++
  }
  return times.length === 0 ? Number.NaN : instant / times.length
}

/**
 * The sessions that no person would have. Each rule names something people do not do at that length; a session is given the first that fits.
 *
 * Take them out of what labels are made of, before they teach that everything is liked.
 */
export function findBots(profiles: Iterable<SessionProfile>, limits: BotLimits = {}): BotSession[] {
  const { clockEvents = 12, clockVariation = 0.35, emptyPages = 20, emptyGapMs = 4000, rateShown = 20, rate = 0.5 } = limits
  const { sameInteractions = 5, sameItem = 0.8, instant = 0.5 } = limits
  const rules: readonly [BotReason, (profile: SessionProfile) => boolean, keyof SessionProfile][] = [
    ["faster than people", (p) => p.interactions >= 5 && p.instant >= instant, "instant"],
    ["opens everything", (p) => p.shown >= rateShown && p.rate >= rate, "rate"],
    ["one item again and again", (p) => p.interactions >= sameInteractions && p.sameItem >= sameItem, "sameItem"],
    ["like clockwork", (p) => p.events >= clockEvents && p.gapVariation < clockVariation, "gapVariation"],
    ["pages without end", (p) => p.pages >= emptyPages && p.interactions === 0 && p.medianGapMs < emptyGapMs, "pages"],
  ]
  const found: BotSession[] = []
  for (const profile of profiles) {
    const rule = rules.find(([, fits]) => fits(profile))
    if (rule !== undefined) found.push({ session: profile.session, reason: rule[0], evidence: profile[rule[2]] as number })
  }
  return found
}
