import { DEFAULT_COLLECTION, type ImpressionEvent, type InteractionEvent, type ServedRecord } from "../../core/index.ts"

/** A served or seen list whose window is open, with what came of each item so far. */
export interface OpenList {
  readonly record: ServedRecord | ImpressionEvent
  readonly requestId: string
  readonly position: number
  readonly time: number
  /** Interactions by place, in the order they were taken; holes where there are none. */
  readonly interactions: (InteractionEvent[] | undefined)[]
  /** Non-zero where an impression says the place was seen; absent as long as no impression came. */
  seen: Uint8Array | undefined
}

/** What an interaction was found to belong to. */
export type Attribution = "attributed" | "duplicate" | "outside" | "unattributed"

/** The lists whose windows are open, by request and by person. */
export class OpenLists {
  #size = 0
  readonly #windowMs: number
  readonly #slackMs: number
  readonly #byRequest = new Map<string, OpenList[]>()
  readonly #byPerson = new Map<string, OpenList[]>()

  constructor(windowMs: number, slackMs: number) {
    this.#windowMs = windowMs
    this.#slackMs = slackMs
  }

  get size(): number {
    return this.#size
  }

  add(list: OpenList): void {
    this.#size++
    append(this.#byRequest, list.requestId, list)
    for (const person of people(list.record)) append(this.#byPerson, person, list)
  }

  /** Ends a list's window. Its request stays known until {@link forget}, so that what comes too late is told from what names nothing. */
  close(list: OpenList): void {
    this.#size--
    for (const person of people(list.record)) detach(this.#byPerson, person, list)
  }

  forget(list: OpenList): void {
    detach(this.#byRequest, list.requestId, list)
  }

  /** The served list of a request. A request can have one, and any number of impressions when the server logged none. */
  served(requestId: string): OpenList | undefined {
    return this.#byRequest.get(requestId)?.find(({ record }) => record.event === "served")
  }

  /** True when a record at `time` may speak of the list. */
  covers(list: OpenList, time: number): boolean {
    return time >= list.time - this.#slackMs && time <= list.time + this.#windowMs
  }

  /** Gives an interaction to the list of its request, or else to the newest list that showed its item to the same person. */
  attribute(event: InteractionEvent, time: number): Attribution {
    let isOutside = false
    for (const named of event.request === undefined ? [] : (this.#byRequest.get(event.request) ?? [])) {
      const place = placeOf(named, event.item, event.collection)
      if (place < 0) continue
      if (this.covers(named, time)) return take(named, place, event)
      isOutside ||= time > named.time
    }
    if (isOutside) return "outside"
    let best: OpenList | undefined
    let bestPlace = -1
    for (const person of people(event)) {
      for (const list of this.#byPerson.get(person) ?? []) {
        if (list.time > time || time > list.time + this.#windowMs) continue
        if (best !== undefined && (list.time < best.time || (list.time === best.time && list.position <= best.position))) continue
        const place = placeOf(list, event.item, event.collection)
        if (place < 0) continue
        best = list
        bestPlace = place
      }
    }
    return best === undefined ? "unattributed" : take(best, bestPlace, event)
  }
}

/** The place of an item in a list, or -1. */
export function placeOf({ record }: OpenList, item: string, collection: string = DEFAULT_COLLECTION): number {
  const { items } = record
  for (let place = 0; place < items.length; place++) {
    const entry = items[place]!
    if (entry.id === item && (entry.collection ?? DEFAULT_COLLECTION) === collection) return place
  }
  return -1
}

function take(list: OpenList, place: number, event: InteractionEvent): Attribution {
  const taken = list.interactions[place]
  if (taken === undefined) list.interactions[place] = [event]
  else if (taken.some(({ id }) => id === event.id)) return "duplicate"
  else taken.push(event)
  return "attributed"
}

function append(lists: Map<string, OpenList[]>, key: string, list: OpenList): void {
  const held = lists.get(key)
  if (held === undefined) lists.set(key, [list])
  else held.push(list)
}

function detach(lists: Map<string, OpenList[]>, key: string, list: OpenList): void {
  const held = lists.get(key)!
  held.splice(held.indexOf(list), 1)
  if (held.length === 0) lists.delete(key)
}

function people({ user, session }: { readonly user?: string; readonly session?: string }): string[] {
  const keys: string[] = []
  if (user !== undefined) keys.push(`u${user}`)
  if (session !== undefined) keys.push(`s${session}`)
  return keys
}
