import { DEFAULT_COLLECTION, type IdTable, type LogRecord } from "../core/index.ts"
import type { EventValidator, Refusal } from "../data/index.ts"
import type { EventsAnswer } from "../definition/index.ts"
import type { Incoming } from "../storage/index.ts"
import type { Tenant } from "./tenant.ts"

/** Events checked, appended and folded in one go; a larger batch gives other requests a turn in between. */
const SLICE = 250

/** How the log's places are shown to clients. */
export const formatPosition = (position: number): string => String(position)

/** Takes what a client sent: validates each, appends the good ones, folds them, and answers once they are durable. */
export type Observe = (events: readonly unknown[], options: { readonly strict: boolean }) => Promise<EventsAnswer>

/** The one way into a tenant's log. Accepted events are in the state before the answer; the answer comes when they survive a crash. */
export function observer(tenant: Tenant, validator: EventValidator): Observe {
  return async (events, { strict }) => {
    const rejected: { index: number; error: Refusal }[] = []
    let accepted = 0
    let duplicates = 0
    let durable: Promise<unknown> = Promise.resolve()
    for (let start = 0; start < events.length; start += SLICE) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      const incoming: Incoming[] = []
      for (let index = start; index < Math.min(start + SLICE, events.length); index++) {
        const { ok, error } = validator.validate(events[index], index)
        const refusal = error ?? (strict ? unknownItem(ok!.record, index, tenant.ids) : undefined)
        if (refusal === undefined) incoming.push(ok!)
        else rejected.push({ index, error: refusal })
      }
      if (incoming.length === 0) continue
      const appended = tenant.store.log.append(incoming)
      tenant.apply(appended.entries)
      accepted += appended.entries.length
      duplicates += appended.duplicates.length
      durable = appended.durable
    }
    await durable
    return { accepted, duplicates, rejected, position: formatPosition(tenant.position) }
  }
}

/** With `strict`, an interaction about an item nobody described is refused; otherwise it is kept until the item comes. */
function unknownItem(record: LogRecord, index: number, ids: IdTable): Refusal | undefined {
  if (record.event !== "interaction") return undefined
  const collection = record.collection ?? DEFAULT_COLLECTION
  if (ids.collection(collection).find(record.item) >= 0) return undefined
  return {
    code: "invalid_argument",
    where: `events[${index}].item`,
    expected: `an item of ${collection} that an event described before`,
    came: JSON.stringify(record.item),
    remedy: "Send its item event first, or leave strict out.",
  }
}
