import { createIdTable, type SparseMatrix, scoreHistory } from "../../core/index.ts"
import type { Trained, TrainingRun } from "../../definition/index.ts"
import { itemNeighbours, popularity, prepareEase } from "../../models/index.ts"
import { type HeldOutPeople, heldOutNdcg, pickOnLadder, type Trial } from "./choose.ts"
import { type Engagements, gatherEngagements, holdOut } from "./data.ts"
import type { Recommendation } from "./options.ts"
import { saveRanker } from "./ranker.ts"
import { type FittedRetrieval, interactionMatrix, saveRetrieval, servedRetrieval } from "./retrieval.ts"
import { trainRanker } from "./train-ranker.ts"

/** Hyper-parameters of the retrievers, as they were picked. */
interface Chosen {
  readonly easeL2: number
  readonly shrinkage: number
  readonly damping: number
}

/** Values tried, from the middle outwards: powers of two apart, over the range where a ridge or shrinkage can matter. */
const SHRINKAGES = [1, 4, 16, 64, 256]
const NEIGHBOURS = 100
/** How much less people with long histories count: not, or by the square root of their length. */
const DAMPINGS = [0, 0.5]

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
  const { chosen, trials } = await chooseRetrieval(run, visible, {
    histories: visible,
    truth: inner.truth,
    itemCount: engagements.itemCount,
  })
  const innerModels = servedRetrieval(await fitRetrieval(run, "fit for the ranker", engagements, inner.visible, visible, chosen))
  const ranked = await trainRanker(run, ids, options, innerModels, inner)
  const everything = Uint32Array.from(engagements.users.keys())
  const fitted = await fitRetrieval(run, "fit on everything", engagements, everything, interactionMatrix(engagements, everything), chosen)
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

/** Picks the ridge of EASE and the shrinkage of item neighbours by NDCG@20 on the inner split. */
async function chooseRetrieval(
  run: TrainingRun,
  visible: SparseMatrix,
  people: HeldOutPeople,
): Promise<{ chosen: Chosen; trials: Readonly<Record<string, readonly Trial[]>> }> {
  const fit = { seed: run.seed, signal: run.signal }
  const prepared = await prepareEase(visible, { memoryCapBytes: run.memoryCapBytes })
  let tried = 0
  const ease = await pickOnLadder(ridges(visible, prepared.leastL2), async (l2) => {
    const { table } = await prepared.fit(l2, fit)
    const quality = heldOutNdcg(people, (history, out) => scoreHistory(table, history, undefined, out.fill(0)), run.signal)
    run.progress("choose EASE's ridge", Math.min(0.99, ++tried / 7), `l2 ${l2.toPrecision(3)}: ndcg@20 ${quality.toFixed(4)}`)
    return quality
  })
  run.progress("choose EASE's ridge", 1)
  const neighbours = await chooseNeighbours(run, visible, people)
  return { chosen: { easeL2: ease.best.value, ...neighbours.chosen }, trials: { ease: ease.trials, ...neighbours.trials } }
}

async function chooseNeighbours(run: TrainingRun, visible: SparseMatrix, people: HeldOutPeople) {
  let best = { shrinkage: 0, damping: 0, quality: -1 }
  const trials: Record<string, readonly Trial[]> = {}
  let tried = 0
  for (const damping of DAMPINGS) {
    const found = await pickOnLadder(SHRINKAGES, async (shrinkage) => {
      const { table } = await itemNeighbours({ neighbours: NEIGHBOURS, shrinkage, damping }).fit(visible, {
        seed: run.seed,
        signal: run.signal,
      })
      const quality = heldOutNdcg(people, (history, out) => scoreHistory(table, history, undefined, out.fill(0)), run.signal)
      run.progress(
        "choose the neighbours' shrinkage",
        Math.min(0.99, ++tried / 12),
        `${shrinkage.toPrecision(3)}, damping ${damping}: ndcg@20 ${quality.toFixed(4)}`,
      )
      return quality
    })
    trials[`neighbours, damping ${damping}`] = found.trials
    if (found.best.quality > best.quality) best = { shrinkage: found.best.value, damping, quality: found.best.quality }
  }
  run.progress("choose the neighbours' shrinkage", 1)
  return { chosen: { shrinkage: best.shrinkage, damping: best.damping }, trials }
}

/** Ridges around the number of people an item has on average, which is the scale of the matrix they are added to; half-decades apart. */
function ridges({ offsets, rows, cols }: SparseMatrix, least: number): number[] {
  const perItem = Math.max(1, offsets[rows]! / Math.max(1, cols))
  return [-2, -1, 0, 1, 2, 3].map((step) => Number((perItem * 10 ** (step / 2)).toPrecision(3))).filter((l2) => l2 >= least)
}

async function fitRetrieval(
  run: TrainingRun,
  step: string,
  engagements: Engagements,
  places: Uint32Array,
  matrix: SparseMatrix,
  chosen: Chosen,
): Promise<FittedRetrieval> {
  const fit = { seed: run.seed, signal: run.signal, onProgress: (done: number) => run.progress(step, done * 0.9) }
  const prepared = await prepareEase(matrix, { memoryCapBytes: run.memoryCapBytes })
  const ease = await prepared.fit(Math.max(chosen.easeL2, prepared.leastL2), fit)
  const quiet = { seed: run.seed, signal: run.signal }
  const neighbours = await itemNeighbours({ neighbours: NEIGHBOURS, shrinkage: chosen.shrinkage, damping: chosen.damping }).fit(
    matrix,
    quiet,
  )
  const items = places.map((place) => engagements.items[place]!)
  const times = run.timeless ? {} : { times: Float64Array.from(places, (place) => engagements.times[place]!) }
  const popular = await popularity().fit({ items, itemCount: engagements.itemCount, ...times }, quiet)
  run.progress(step, 1)
  return { ease, neighbours, popularity: popular }
}
