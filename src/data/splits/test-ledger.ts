import { Conflict } from "../../core/index.ts"

/** One look at a test part. */
export interface TestOpening {
  readonly release: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** Who looked at a test part, and when. Plain JSON in `openings`, to be kept beside the data set or in a report. */
export interface TestLedger {
  readonly openings: readonly TestOpening[]
  /** Writes an opening down. @throws {@link Conflict} when that release opened it before */
  note(opening: TestOpening): void
}

/**
 * A ledger that goes on from earlier openings.
 *
 * @param onOpen - told of each opening before the data is handed out; what it throws keeps the test part shut
 */
export function testLedger(earlier: readonly TestOpening[] = [], onOpen?: (opening: TestOpening) => void): TestLedger {
  const openings = [...earlier]
  return {
    openings,
    note(opening) {
      const before = openings.find(({ release }) => release === opening.release)
      if (before !== undefined) {
        throw new Conflict(
          "test part",
          "one opening a release",
          `a second by ${opening.release}, first at ${new Date(before.now).toISOString()}`,
          "Choose on the validation part; report what the first opening gave.",
        )
      }
      onOpen?.(opening)
      openings.push({ release: opening.release, now: opening.now })
    },
  }
}
