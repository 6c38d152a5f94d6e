import type { StateFamily } from "../family.ts"
import { addToCounter, type CounterDeclaration } from "../state-access.ts"
import { BUCKETS_PER_WINDOW, type Window, windowMs } from "../windows.ts"

/** Counts of events by item, by user, or of all, over one window. */
export interface CounterOptions {
  readonly by: "item" | "user" | "global"
  /** Event types that count: interaction types, `impression`, `served`. */
  readonly types: readonly string[]
  readonly window: Window
  /** Add 1 an event, or the event's value, such as minutes watched. */
  readonly sum?: "count" | "value"
}

/** A counter family and the shape its rows are read with. */
export interface CounterState extends StateFamily {
  readonly shape: CounterDeclaration
}

/**
 * Events of some types over one window, in buckets of an eighth of the window; for `all`, one bucket that holds everything.
 *
 * Named by what it counts, so that every family and retriever that asks for the same counter shares it.
 */
export function counterState(
  binding: { readonly collection: string; readonly collectionNumber: number },
  { by, types, window, sum = "count" }: CounterOptions,
): CounterState {
  const { collection, collectionNumber } = binding
  const kinds = [...new Set(types)].sort()
  const name = `${collection}.${by}.${kinds.join("+")}${sum === "value" ? ".value" : ""}.${window}`
  const lengthMs = windowMs(window, `counter ${name}`)
  const buckets = window === "all" ? 1 : BUCKETS_PER_WINDOW
  const shape: CounterDeclaration = { kind: "counter", name, key: by, bucketMs: lengthMs / buckets, buckets, width: 1 }
  return {
    name,
    version: 1,
    config: { collection, types: kinds, sum },
    state: [shape],
    types: kinds,
    collection: collectionNumber,
    shape,
    observe(event, tables) {
      if (event.collection !== collectionNumber) return
      const key = by === "item" ? event.item : by === "user" ? event.user : 0
      if (key < 0) return
      if (!addToCounter(tables.fixed(name), shape, key, event.time, 0, sum === "value" ? event.value : 1)) event.late++
    },
  }
}
