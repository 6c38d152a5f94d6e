import { askSplit, type Bounds, readSplit, SPLIT, type Split } from "./split-rules.ts"
import type { Workspace } from "./workspace.ts"

/** Fewest columns worth sharing out between threads when the best split is looked for. */
const SHARED_COLUMNS = 16

/** A node whose split is wanted, with the histogram at `address`. */
export interface Question {
  readonly bounds: Bounds
  readonly minHessian: number
}

/** Finds splits from histograms. */
export interface Splitter {
  /**
   * Adds `parts` parts to the histogram at `part`, takes it off the one at `whole` (0 = none) and answers the questions about both; a question
   * that is `undefined` is not asked.
   */
  finish(part: number, parts: number, whole: number, ofPart: Question | undefined, ofWhole: Question | undefined): (Split | undefined)[]
  /** Sums of the node that the last first question was about. */
  sums(): { readonly gradient: number; readonly hessian: number }
}

/** `isPlain` promises no l1, largest delta or monotone direction. */
export function splitter(space: Workspace, isPlain: boolean): Splitter {
  const { job, sizes, histogramBytes } = space
  const { arena, crew } = job
  const names = ["parts", "active", "directions", "kinds", "rules", "splits", "scratch"]
  const addresses = names.map((name) => arena.address(name))
  const [partsAt, active, directions, kinds, rules, splits, scratch] = addresses as [number, number, number, number, number, number, number]
  const answers = arena.view("splits", "f64")
  // Exact sums depend on their order: one range whatever the threads.
  const shares = sizes.isExact || sizes.cols < SHARED_COLUMNS ? 1 : crew.threads
  const ranges = Array.from({ length: shares }, (_, share) => [
    Math.floor((share * sizes.cols) / shares),
    Math.floor(((share + 1) * sizes.cols) / shares),
  ])
  const plain = isPlain ? 1 : 0

  return {
    sums: () => ({ gradient: answers[9]!, hessian: answers[10]! }),
    finish(part, parts, whole, ofPart, ofWhole) {
      const calls = ranges.map(([f0, f1], share) => {
        const places = [2 * share, 2 * share + 1].map((at) => at * SPLIT)
        for (const [i, question] of [ofPart, ofWhole].entries()) {
          if (question !== undefined) askSplit(answers, places[i]!, question.bounds, question.minHessian)
        }
        const [bestPart, bestWhole] = [ofPart, ofWhole].map((question, i) => (question === undefined ? 0 : splits + places[i]! * 8))
        const between = sizes.isExact ? [whole] : [partsAt, parts, histogramBytes, whole]
        return [part, ...between, f0!, f1!, active, directions, kinds, plain, rules, bestPart!, bestWhole!, scratch + share * 4096]
      })
      crew.run(sizes.isExact ? "finishExact" : "finishPacked", calls)
      return [ofPart, ofWhole].map((question, i) => {
        if (question === undefined) return undefined
        return readSplit(
          answers,
          ranges.map((_, share) => (2 * share + i) * SPLIT),
        )
      })
    },
  }
}
