import type { Clock, LogEntry, Turns } from "../core/index.ts"
import type { EventValidator, Refusal } from "../data/index.ts"
import type { EventsAnswer } from "../definition/index.ts"
import type { Incoming } from "../storage/index.ts"
import type { KnownItems } from "./known-items.ts"
import { strictRefusal } from "./strict.ts"
import type { Tenant } from "./tenant.ts"

/** Events checked, appended and folded in one turn of the event loop: as many as take about so long, within bounds. */
const SLICE_MS = 1.5
const LEAST = 16
const MOST = 250

/** How the log's places are shown to clients. */
export const formatPosition = (position: number): string => String(position)

/** Takes what a client sent: validates each, appends the good ones, folds them, and answers once they are durable. */
export type Observe = (events: readonly unknown[], options: { readonly strict: boolean }) => Promise<EventsAnswer>

/** The one way into a tenant's log. Accepted events are in the state before the answer; the answer comes when they survive a crash. */
export function observer(parts: {
  readonly tenant: Tenant
  readonly validator: EventValidator
  readonly known: KnownItems
  /** Told of a user who is to be forgotten, before the state is: what else is kept of that person goes too. */
  readonly onForget: (user: string) => Promise<void>
  /** A turn for each slice of a batch; spare ones, but for the first slice of a short batch. */
  readonly turns: Turns
  readonly clock: Clock
}): Observe {
  const { tenant, validator, known, onForget, turns, clock } = parts
  const { log } = tenant.store
  let size = 64
  return async (events, { strict }) => {
    const rejected: { index: number; error: Refusal }[] = []
    const waiting: Promise<unknown>[] = []
    let accepted = 0
    let duplicates = 0
    for (let start = 0, end = 0; start < events.length; start = end) {
      // What a person did is in the state as soon as a page would be; a pipeline's batch lets pages pass.
      if (start > 0) await turns.spare()
      else await (events.length > LEAST ? turns.spare() : turns.next())
      const began = clock.monotonicMs()
      end = Math.min(start + size, events.length)
      const incoming: Incoming[] = []
      for (let index = start; index < end; index++) {
        const { ok, error } = validator.validate(events[index], index)
        const refusal = error ?? (strict ? strictRefusal(ok!.record, index, known, log.remembers) : undefined)
        if (refusal === undefined) incoming.push(ok!)
        else rejected.push({ index, error: refusal })
      }
      const appended = log.append(incoming)
      if (!appended.entries.some(isForgetting)) tenant.apply(appended.entries)
      else for (const entry of appended.entries) waiting.push(foldOne(entry))
      known.folded()
      accepted += appended.entries.length
      duplicates += appended.duplicates.length
      waiting.push(appended.durable)
      if (end - start === size) size = nextSlice(size, clock.monotonicMs() - began)
    }
    await Promise.all(waiting)
    return { accepted, duplicates, rejected, position: formatPosition(tenant.position) }
  }

  function foldOne(entry: LogEntry): Promise<void> {
    const gone = entry.record.event === "delete" && entry.record.user !== undefined ? onForget(entry.record.user) : Promise.resolve()
    tenant.apply([entry])
    // Whoever waits for the batch hears of it; a batch that is broken off must not bring the process down.
    gone.catch(() => {})
    return gone
  }
}

const isForgetting = ({ record }: LogEntry) => record.event === "delete" && record.user !== undefined

/** Events of the next slice after one of `size` took `ms`: what would have taken {@link SLICE_MS}, at most twice as many. */
export function nextSlice(size: number, ms: number): number {
  return Math.max(LEAST, Math.min(MOST, size * 2, Math.floor((size * SLICE_MS) / Math.max(ms, 0.01))))
}
