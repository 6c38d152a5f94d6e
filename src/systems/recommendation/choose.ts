import { type SparseMatrix, sparseRow, throwIfCancelled, topK } from "../../core/index.ts"
import { ndcgAtK } from "../../metrics/index.ts"

/** People whose held-out items are known: what a way to score is judged on. */
export interface HeldOutPeople {
  /** What each person engaged with before, `[users, items]`. */
  readonly histories: SparseMatrix
  /** Held-out items by user. */
  readonly truth: ReadonlyMap<number, Uint32Array>
  readonly itemCount: number
}

/** Writes a score for every item, given what somebody engaged with; shape `[items]`. */
export type ScoreHistory = (history: Uint32Array, out: Float32Array) => void

/** Page depth that hyper-parameters are picked for. */
const K = 20
/** More people add time and hardly any certainty. */
const MOST_PEOPLE = 3000

/** Mean NDCG@20 of one way to score over held-out people; items of the history are never shown. */
export function heldOutNdcg(people: HeldOutPeople, score: ScoreHistory, signal?: AbortSignal): number {
  const scores = new Float32Array(people.itemCount)
  const seen = new Uint8Array(people.itemCount)
  const step = Math.max(1, Math.floor(people.truth.size / MOST_PEOPLE))
  let sum = 0
  let count = 0
  let place = 0
  for (const [user, held] of people.truth) {
    if (place++ % step !== 0) continue
    if (count % 256 === 0) throwIfCancelled(signal, "choosing hyper-parameters")
    const history = sparseRow(people.histories, user)
    score(history, scores)
    for (const item of history) seen[item] = 1
    const relevant = new Set(held)
    const grades = Uint8Array.from(topK(scores, K, { skip: seen }), (item) => (relevant.has(item) ? 1 : 0))
    sum += ndcgAtK(grades, new Uint8Array(held.length).fill(1), K)
    for (const item of history) seen[item] = 0
    count++
  }
  return count === 0 ? 0 : sum / count
}

/** One value that was tried, and how good it was. */
export interface Trial {
  readonly value: number
  readonly quality: number
}

/**
 * Picks a positive number on a logarithmic scale: tries the ladder from its middle, follows the better neighbour until quality falls, then
 * looks half a step towards the better side. Good enough for a smooth curve with one top, in about five trials.
 */
export async function pickOnLadder(
  ladder: readonly number[],
  quality: (value: number) => number | Promise<number>,
): Promise<{ readonly best: Trial; readonly trials: readonly Trial[] }> {
  const tried = new Map<number, number>()
  const ask = async (value: number) => {
    const known = tried.get(value)
    if (known !== undefined) return known
    const found = await quality(value)
    tried.set(value, found)
    return found
  }
  let at = Math.floor((ladder.length - 1) / 2)
  await ask(ladder[at]!)
  for (const direction of [1, -1]) {
    while (ladder[at + direction] !== undefined && (await ask(ladder[at + direction]!)) > (await ask(ladder[at]!))) at += direction
  }
  const top = ladder[at]!
  const beside = [ladder[at - 1], ladder[at + 1]].filter((value) => value !== undefined)
  if (beside.length > 0) await ask(Math.sqrt(top * beside.reduce((a, b) => (tried.get(b)! > tried.get(a)! ? b : a))))
  const trials = [...tried].map(([value, found]) => ({ value, quality: found })).sort((a, b) => a.value - b.value)
  return { best: trials.reduce((best, trial) => (trial.quality > best.quality ? trial : best)), trials }
}
