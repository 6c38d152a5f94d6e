import type { SparseMatrix } from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { type FactorModel, implicitAls } from "../../models/index.ts"
import { type HeldOutPeople, heldOutNdcg, pickOnLadder, type Trial } from "./choose.ts"

/** Numbers a person is described by when folded in: a longer vector orders hardly better and costs its square in every request. */
const FACTORS = 64
/** Engagements that a factorization is fitted to, at most: minutes of training beyond. */
const MOST_PAIRS = 4_000_000
/** Ridges tried, from the middle outwards. */
const RIDGES = [0.003, 0.01, 0.03, 0.1]
/** Steps of conjugate gradients while choosing: a fifth of the time of exact rows, and the same choice. */
const CHOOSING_STEPS = 3

/** The ridge of a factorization, how good it is on items it never saw (NDCG@20), and everything that was tried. */
export interface ChosenFactors {
  readonly l2: number
  readonly quality: number
  readonly trials: readonly Trial[]
}

/** Picks the ridge by NDCG@20 on the inner split; undefined where there is too much for a factorization in a training's time, or nothing. */
export async function chooseFactors(run: TrainingRun, visible: SparseMatrix, people: HeldOutPeople): Promise<ChosenFactors | undefined> {
  const pairs = visible.indices.length
  if (pairs === 0 || pairs > MOST_PAIRS) return undefined
  let tried = 0
  const { best, trials } = await pickOnLadder(RIDGES, async (l2) => {
    const model = await factorise(run, visible, l2, CHOOSING_STEPS)
    const quality = heldOutNdcg(people, (history, out) => model.scores(history, out), run.signal)
    run.progress("choose the factors' ridge", Math.min(0.99, ++tried / RIDGES.length), `${l2}: ndcg@20 ${quality.toFixed(4)}`)
    return quality
  })
  run.progress("choose the factors' ridge", 1)
  return { l2: best.value, quality: best.quality, trials }
}

/** Factors of who took up what, with a ridge that grows with how often a row was seen. */
export function factorise(run: TrainingRun, matrix: SparseMatrix, l2: number, steps = 0): Promise<FactorModel> {
  const config = { factors: FACTORS, l2, steps, memoryCapBytes: Math.min(run.memoryCapBytes, 2 ** 32) }
  return implicitAls(config).fit(matrix, { seed: run.seed, signal: run.signal })
}
