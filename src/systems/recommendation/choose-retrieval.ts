import { type SparseMatrix, scoreHistory } from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { itemNeighbours, spectral, spectralScores } from "../../models/index.ts"
import { type HeldOutPeople, heldOutNdcg, pickOnLadder, type Trial } from "./choose.ts"
import { chooseFactors } from "./choose-factors.ts"
import { damped } from "./damped.ts"
import type { Recommendation } from "./options.ts"
import { prepareEaseOfPopular } from "./popular-ease.ts"

/** Hyper-parameters of the retrievers, as they were picked. */
export interface Chosen {
  readonly easeL2: number
  readonly easeDamping: number
  readonly shrinkage: number
  readonly damping: number
  /** Ridge of the factorization; `null` where there are too many engagements for one. */
  readonly factorsL2: number | null
}

/** Neighbours kept an item: more cost time in every request, and hardly order the page otherwise. */
export const NEIGHBOURS = 100
/** Values tried, from the middle outwards: powers of four apart, over the range where a shrinkage can matter. */
const SHRINKAGES = [1, 4, 16, 64, 256, 1024]
/** How much less people with long histories count: by the square root of their length, or not at all. */
const DAMPINGS = [0.5, 0]

/** What was picked, how good each retriever is with it on items it never saw (NDCG@20), and everything that was tried. */
export interface ChosenRetrieval {
  readonly chosen: Chosen
  readonly outOfSample: Readonly<Record<"ease" | "neighbours" | "spectral", number>> & { readonly factors?: number }
  readonly trials: Readonly<Record<string, readonly Trial[]>>
}

/** Picks the ridge of EASE, the shrinkage of item neighbours and the damping of both by NDCG@20 on the inner split. */
export async function chooseRetrieval(
  run: TrainingRun,
  options: Pick<Recommendation, "easeItems">,
  visible: SparseMatrix,
  people: HeldOutPeople,
): Promise<ChosenRetrieval> {
  const ease = await chooseEase(run, visible, people, options.easeItems)
  const neighbours = await chooseNeighbours(run, visible, people)
  const taste = await spectral().fit(visible, { seed: run.seed, signal: run.signal })
  const alike = heldOutNdcg(people, (history, out) => spectralScores(taste, history, out), run.signal)
  const factors = await chooseFactors(run, visible, people)
  const { value: easeL2, damping: easeDamping } = ease
  const { value: shrinkage, damping } = neighbours
  return {
    chosen: { easeL2, easeDamping, shrinkage, damping, factorsL2: factors?.l2 ?? null },
    outOfSample: {
      ease: ease.quality,
      neighbours: neighbours.quality,
      spectral: alike,
      ...(factors === undefined ? {} : { factors: factors.quality }),
    },
    trials: { ...ease.trials, ...neighbours.trials, ...(factors === undefined ? {} : { factors: factors.trials }) },
  }
}

interface Picked {
  readonly value: number
  readonly damping: number
  readonly quality: number
  readonly trials: Readonly<Record<string, readonly Trial[]>>
}

async function chooseEase(run: TrainingRun, visible: SparseMatrix, people: HeldOutPeople, mostRows: number): Promise<Picked> {
  return alongDampings(run, "choose EASE's ridge", async (damping) => {
    const prepared = await prepareEaseOfPopular(damped(visible, damping), { memoryCapBytes: run.memoryCapBytes, mostRows })
    return {
      name: `ease, damping ${damping}`,
      ladder: ridges(visible, prepared.leastL2),
      // What the first damping liked may be too little for the next.
      least: prepared.leastL2,
      async quality(l2) {
        const { table } = await prepared.fit(l2, { seed: run.seed, signal: run.signal })
        return heldOutNdcg(people, (history, out) => scoreHistory(table, history, undefined, out.fill(0)), run.signal)
      },
    }
  })
}

async function chooseNeighbours(run: TrainingRun, visible: SparseMatrix, people: HeldOutPeople): Promise<Picked> {
  return alongDampings(run, "choose the neighbours' shrinkage", async (damping) => ({
    name: `neighbours, damping ${damping}`,
    ladder: SHRINKAGES,
    least: 0,
    async quality(shrinkage) {
      const config = { neighbours: NEIGHBOURS, shrinkage, damping }
      const { table } = await itemNeighbours(config).fit(visible, { seed: run.seed, signal: run.signal })
      return heldOutNdcg(people, (history, out) => scoreHistory(table, history, undefined, out.fill(0)), run.signal)
    },
  }))
}

interface Search {
  readonly name: string
  readonly ladder: readonly number[]
  readonly least: number
  quality(value: number): Promise<number>
}

/** A whole ladder for the first damping; the others are tried at its best value alone, since they move it little. */
async function alongDampings(run: TrainingRun, step: string, search: (damping: number) => Promise<Search>): Promise<Picked> {
  let best: (Trial & { readonly damping: number }) | undefined
  const trials: Record<string, readonly Trial[]> = {}
  let tried = 0
  for (const damping of DAMPINGS) {
    const { name, ladder, least, quality } = await search(damping)
    const told = async (value: number) => {
      const found = await quality(value)
      run.progress(step, Math.min(0.99, ++tried / 7), `${value.toPrecision(3)}, damping ${damping}: ndcg@20 ${found.toFixed(4)}`)
      return found
    }
    const found = await pickOnLadder(best === undefined ? ladder : [Math.max(best.value, least)], told)
    trials[name] = found.trials
    if (best === undefined || found.best.quality > best.quality) best = { ...found.best, damping }
  }
  run.progress(step, 1)
  return { ...best!, trials }
}

/** Ridges around the number of people an item has on average, which is the scale of the matrix they are added to; half-decades apart. */
function ridges({ offsets, rows, cols }: SparseMatrix, least: number): number[] {
  const perItem = Math.max(1, offsets[rows]! / Math.max(1, cols))
  const ladder = [-2, -1, 0, 1, 2, 3, 4, 5].map((step) => Number((perItem * 10 ** (step / 2)).toPrecision(3))).filter((l2) => l2 >= least)
  return ladder.length === 0 ? [least] : ladder
}
