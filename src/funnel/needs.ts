/** How fast the estimate follows: each run counts for a tenth. */
const NEWEST_SHARE = 0.1

/** What stages were measured to need, milliseconds a candidate: a moving estimate that begins with what each stage declared. */
export class Needs {
  readonly #msPerCandidate = new Map<string, number>()

  /** Milliseconds the stage will need for `count` candidates; `declared` is its own first guess a candidate. */
  estimate(stage: string, declared: number, count: number): number {
    return (this.#msPerCandidate.get(stage) ?? declared) * count
  }

  /** Takes one run into the estimate. */
  measured(stage: string, declared: number, count: number, ms: number): void {
    if (count < 1 || !(ms >= 0)) return
    const before = this.#msPerCandidate.get(stage) ?? declared
    this.#msPerCandidate.set(stage, before + NEWEST_SHARE * (ms / count - before))
  }
}
