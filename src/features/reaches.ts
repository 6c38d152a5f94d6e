import type { FoldedEvent } from "./family.ts"

/** Smallest value that counts, by interaction type, such as `{ rating: 4 }`; an interaction without a value counts. */
export type From = Readonly<Record<string, number>>

/** True unless the event carries a value below what its type must reach. */
export function reaches(event: FoldedEvent, from: From | undefined): boolean {
  const least = from?.[event.type]
  return least === undefined || event.record.event !== "interaction" || event.record.value === undefined || event.value >= least
}
