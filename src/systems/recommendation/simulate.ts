import { InvalidArgument } from "../../core/index.ts"
import type { FilmCatalogue } from "../../data/index.ts"
import { type PairedTResult, pairedT } from "../../metrics/index.ts"
import { funnelArm, incumbentArm, popularityArm } from "./simulate-arms.ts"
import { type NewFilmHelp, type NewFilmHits, newFilmHelp, newFilmHits, type Sessions } from "./simulate-new-films.ts"
import { type ArmReport, type Played, playArm, playground } from "./simulate-play.ts"

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
  /** What helping new films does to the pages of the funnel without chance: raised odds alone, and with a place on each page. */
  readonly newFilmHelp: readonly NewFilmHelp[]
  /** How often the new film that a viewer likes best is among the first ten of the new-item route, of the funnel's order, and of the most watched new films. */
  readonly newFilmHitRate: NewFilmHits
}

/**
 * Plays an audience with turning tastes against rankers that learn from what they themselves have shown: the incumbent of the warm-up days, popularity
 * alone, the funnel with exploration, trained anew on its own log, and the same funnel without chance. The same viewers come at the same moments in
 * every arm, and chance is drawn alike, so that arms are compared viewer by viewer. Same seed, same report.
 *
 * What help for new films is worth is asked beside the arm without chance: funnels that hear and learn the same, but do not help, or help less, make a page
 * at every visit as well. Nobody sees those pages; all are judged by what the audience truly wants. So they differ by the help alone: arms that each live
 * a history of their own differ by far more.
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
  ] as const
  const beside = [
    await funnelArm(play, "plain", { explore: 0, newItems: { boost: 0, hours: 48, least: 0 } }),
    await funnelArm(play, "raised", { explore: 0, newItems: { boost: 0.1, hours: 48, least: 0 } }),
  ] as const
  const hits = newFilmHits(play)
  const reports: Played[] = []
  try {
    for (const [at, arm] of arms.entries()) {
      reports.push(
        await playArm(play, arm, arm === arms[3] ? beside : [], async (day, played) => {
          settings.onProgress?.({ step: arm.name, done: at * settings.days + day, total: arms.length * settings.days })
          if (arm === arms[2] && (day % 7 === 0 || day === settings.days)) await hits.judge(arms[2], day, played)
        }),
      )
    }
    const [incumbent, , funnel, helped] = reports as [Played, Played, Played, Played]
    const [plain, raised] = helped.beside as [Sessions, Sessions]
    return {
      viewers: settings.viewers,
      films: settings.catalogue.films.length,
      newFilms: play.arrivals.size,
      days: settings.days,
      seed: settings.seed,
      arms: reports.map(({ report }) => report),
      watchTime: pairedT(funnel.minutes, incumbent.minutes),
      newFilmHelp: [
        newFilmHelp("raised by a tenth, fading over 48 hours", raised, plain, settings.seed),
        newFilmHelp("and given a place on each page", helped.sessions, plain, settings.seed),
      ],
      newFilmHitRate: hits.rates(settings.seed),
    }
  } finally {
    for (const arm of [...arms, ...beside]) await arm.close()
  }
}
