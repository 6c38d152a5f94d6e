import { type Candidates, InvalidArgument, type RequestScope, select } from "../core/index.ts"
import { CandidateSet } from "./candidate-set.ts"

/** Follows one request's candidates from stage to stage: what a stage gives must be among what it got, once each, at most its limit. */
export class StageChecker {
  readonly #known = new CandidateSet()
  #round = 0

  /** Begins with the merged candidates. */
  begin(list: Candidates): void {
    this.#known.fill(list)
    this.#round = 0
  }

  /**
   * The stage's answer when it keeps the contract; otherwise, not strict, the part of it that does, with the reason told.
   *
   * One look-up a candidate: `marks` holds the round in which each was last seen, so what an earlier stage dropped is not its input.
   * @throws {@link InvalidArgument} naming the stage, when strict
   */
  check(stage: string, limit: number, output: Candidates, strict: boolean, scope: RequestScope): Candidates {
    const before = this.#round++
    const now = this.#round
    const { marks } = this.#known
    const good: number[] = []
    let isRight = output.size <= limit
    for (let i = 0; i < output.size; i++) {
      const place = this.#known.find(output.collections[i]!, output.ids[i]!)
      if (place >= 0 && marks[place] === before && (isRight || good.length < limit)) {
        marks[place] = now
        if (!isRight) good.push(i)
        continue
      }
      if (isRight) for (let earlier = 0; earlier < i; earlier++) good.push(earlier)
      isRight = false
    }
    if (isRight) return output
    const expected = `at most ${limit} candidates, each from its input and once`
    breach(strict, scope, stage, expected, `${output.size} of which ${good.length} are right`)
    return select(output, good)
  }

  /** Candidates from place `from` on go past the stage that was checked last, untouched. */
  pass(list: Candidates, from: number): void {
    for (let i = from; i < list.size; i++) {
      const place = this.#known.find(list.collections[i]!, list.ids[i]!)
      if (place >= 0) this.#known.marks[place] = this.#round
    }
  }
}

/** A part broke its contract: thrown when strict, otherwise told as a reason in the answer. */
export function breach(strict: boolean, scope: RequestScope, where: string, expected: string, came: string): void {
  if (strict) throw new InvalidArgument(where, expected, came, "Mend this step of the funnel; see the contracts in core.")
  scope.trace.degrade(where, `gave ${came}; expected ${expected}; mended`)
}
