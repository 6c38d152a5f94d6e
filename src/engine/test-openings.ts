import { type TestOpening, testLedger } from "../data/index.ts"
import type { KeyValue } from "../storage/index.ts"

/** The key of a data set's own store under which it is written who looked at its test part. */
const OPENINGS = "dataset/test-openings"

/**
 * Writes down that a release opens a data set's test part, and says so for the report: how many releases did, or that this one did before. A second
 * look by the same release gives the same figures and is not counted again.
 */
export async function noteTestOpening(values: KeyValue, opening: TestOpening): Promise<string> {
  const noted = await values.get(OPENINGS)
  const ledger = testLedger(noted === undefined ? [] : (JSON.parse(new TextDecoder().decode(noted)) as TestOpening[]))
  const before = ledger.openings.find(({ release }) => release === opening.release)
  if (before !== undefined) return `Test part opened again by this release, first at ${new Date(before.now).toISOString()}.`
  ledger.note(opening)
  await values.put(OPENINGS, new TextEncoder().encode(JSON.stringify(ledger.openings)))
  const others = ledger.openings.length - 1
  return `Test part opened once by this release${others === 0 ? "" : `; ${others} ${others === 1 ? "other has" : "others have"} been measured on it`}.`
}
