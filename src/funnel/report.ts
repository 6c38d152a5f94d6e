/** What one step of the funnel did: candidates in, candidates out, milliseconds. */
export interface StageReport {
  readonly name: string
  readonly in: number
  readonly out: number
  readonly ms: number
}

/** Milliseconds as people read them: one decimal below ten, none above, never negative. */
export function shownMs(ms: number): string {
  if (!(ms > 0)) return "0"
  return ms < 10 ? String(Number(ms.toFixed(1))) : ms.toFixed(0)
}

/** Milliseconds for a report: microseconds kept, the noise below them not. */
export function roundedMs(ms: number): number {
  return Math.max(0, Math.round(ms * 1000) / 1000)
}
