import type { Clock } from "../core/index.ts"

/** Milliseconds that a page is shown again before the log is read for a new one. */
const FRESH_MS = 10_000

/** Answers that cost a reading of the log: one reading at a time a system, shared by all who ask, shown again while it is fresh. */
export function keptPages<Page>(make: (system: string) => Promise<Page>, clock: Clock): (system: string) => Promise<Page> {
  const kept = new Map<string, { readonly page: Promise<Page>; doneMs: number }>()
  return (system) => {
    const found = kept.get(system)
    if (found !== undefined && clock.monotonicMs() - found.doneMs < FRESH_MS) return found.page
    const entry = { page: make(system), doneMs: Number.POSITIVE_INFINITY }
    kept.set(system, entry)
    entry.page.then(
      () => {
        entry.doneMs = clock.monotonicMs()
      },
      () => kept.delete(system),
    )
    return entry.page
  }
}
