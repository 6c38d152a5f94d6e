import { createIdTable, type SparseMatrix } from "../../core/index.ts"
import type { Trained, TrainingRun } from "../../definition/index.ts"
import { itemNeighbours, popularity, spectral } from "../../models/index.ts"
import { factorise } from "./choose-factors.ts"
import { type Chosen, chooseRetrieval, NEIGHBOURS } from "./choose-retrieval.ts"
import { damped } from "./damped.ts"
import { type Engagements, gatherEngagements, holdOut } from "./data.ts"
import { gatherExposure } from "./exposure.ts"
import type { Recommendation } from "./options.ts"
import { prepareEaseOfPopular } from "./popular-ease.ts"
import { saveRanker } from "./ranker.ts"
import { type FittedRetrieval, interactionMatrix, saveRetrieval, servedRetrieval } from "./retrieval.ts"
import { visitMatrix } from "./sessions.ts"
import { trainRanker } from "./train-ranker.ts"

/** Visits that a likeness by visits must rest on to count half. */
const TOGETHER_SHRINKAGE = 10

/**
 * Learns a release from the log.
 *
 * 1. Who engaged with what, and an inner split of it: the newest fifth, or a fifth of each person's items where there are no times.
 * 2. Hyper-parameters of the retrievers, picked on that split.
 * 3. The ranker, from what those retrievers, which never saw the held-out part, propose for it.
 * 4. The retrievers again, on everything.
 */
export async function trainRecommendation(run: TrainingRun, options: Recommendation): Promise<Trained> {
  const ids = createIdTable()
  run.progress("read the log", 0)
  const engagements = await gatherEngagements(run.entries(), ids, options, run.signal)
  const inner = holdOut(engagements, ids, options, run.timeless, run.seed)
  run.progress(
    "read the log",
    1,
    `${engagements.users.length} engagements of ${engagements.userCount} people with ${engagements.itemCount} items`,
  )

  const visible = interactionMatrix(engagements, inner.visible)
  const { chosen, outOfSample, trials } = await chooseRetrieval(run, options, visible, {
    histories: visible,
    truth: inner.truth,
    itemCount: engagements.itemCount,
  })
  const innerModels = servedRetrieval(await fitRetrieval(run, options, "fit for the ranker", engagements, inner.visible, visible, chosen))
  const exposure = await gatherExposure(run, ids, options)
  const ranked = await trainRanker(run, ids, options, { retrieval: innerModels, outOfSample }, inner, exposure)
  const everything = Uint32Array.from(engagements.users.keys())
  const fitted = await fitRetrieval(
    run,
    options,
    "fit on everything",
    engagements,
    everything,
    interactionMatrix(engagements, everything),
    chosen,
  )
  return {
    rows: engagements.users.length + ranked.rows,
    chosen: { ...chosen, halfLifeDays: fitted.popularity.halfLifeDays, ranker: ranked.ranker.column, trials },
    primary: "ndcg@20",
    metrics: ranked.metrics,
    popularity: ranked.popularity,
    notes: ranked.notes,
    save(bundle) {
      saveRetrieval(fitted, ids.collection(options.collection), bundle.child("retrieval"))
      saveRanker(ranked.ranker, bundle.child("ranker"))
    },
  }
}

/** Fits every retriever to the engagements at these places, with what was chosen. */
export async function fitRetrieval(
  run: TrainingRun,
  options: Recommendation,
  step: string,
  engagements: Engagements,
  places: Uint32Array,
  matrix: SparseMatrix,
  chosen: Chosen,
): Promise<FittedRetrieval> {
  const fit = { seed: run.seed, signal: run.signal, onProgress: (done: number) => run.progress(step, done * 0.9) }
  const prepared = await prepareEaseOfPopular(damped(matrix, chosen.easeDamping), {
    memoryCapBytes: run.memoryCapBytes,
    mostRows: options.easeItems,
  })
  const ease = await prepared.fit(Math.max(chosen.easeL2, prepared.leastL2), fit)
  const quiet = { seed: run.seed, signal: run.signal }
  const neighbours = await itemNeighbours({ neighbours: NEIGHBOURS, shrinkage: chosen.shrinkage, damping: chosen.damping }).fit(
    matrix,
    quiet,
  )
  const visits = run.timeless ? undefined : visitMatrix(engagements, places, options.visitMinutes * 60_000)
  const together =
    visits === undefined || visits.rows === 0
      ? undefined
      : await itemNeighbours({ neighbours: NEIGHBOURS, shrinkage: TOGETHER_SHRINKAGE }).fit(visits, quiet)
  const items = places.map((place) => engagements.items[place]!)
  const times = run.timeless ? {} : { times: Float64Array.from(places, (place) => engagements.times[place]!) }
  const popular = await popularity().fit({ items, itemCount: engagements.itemCount, ...times }, quiet)
  const alike = await spectral().fit(matrix, quiet)
  const factors = chosen.factorsL2 === null ? undefined : await factorise(run, matrix, chosen.factorsL2)
  run.progress(step, 1)
  const trainedUntil = run.timeless ? Number.POSITIVE_INFINITY : engagements.until
  return { ease, neighbours, together, spectral: alike, factors, popularity: popular, trainedUntil }
}
