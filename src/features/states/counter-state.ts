import type { Binding, StateFamily } from "../family.ts"
import { type From, reaches } from "../reaches.ts"
import { type Scope, type ScopeName, scopeOf } from "../scope.ts"
import { addToWindows, mergeWindows, type WindowShape, windowShape } from "../window-counter.ts"
import type { Window } from "../windows.ts"

/** Counts of events by item, user, or any other scope, over some windows. */
export interface CounterOptions {
  readonly by: ScopeName
  /** Event types that count: interaction types, `impression`, `served`. */
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  /** Add 1 an event, or the event's value, such as minutes watched. */
  readonly sum?: "count" | "value"
  /** Smallest value that counts, by type. */
  readonly from?: From
}

/** A counter family and the shape its rows are read with; see `windowCount`. */
export interface CounterState extends StateFamily {
  /** What it counts, without its windows. */
  readonly counter: string
  readonly shape: WindowShape
  readonly scope: Scope
}

/**
 * Events of some types over some windows, each in buckets of an eighth of its length; `all` is one bucket that holds everything.
 *
 * Named by what it counts, so that every family and retriever that asks for the same counter shares it; global ones have the row 0. The
 * families of a set share a counter that has the windows of them all: find one's own by {@link placesOf}.
 */
export function counterState(
  binding: Omit<Binding, "history" | "timeless">,
  { by, types, windows: wanted, sum = "count", from }: CounterOptions,
): CounterState {
  const { collection, collectionNumber } = binding
  const kinds = [...new Set(types)].sort()
  const least = from === undefined ? undefined : Object.fromEntries(kinds.filter((kind) => kind in from).map((kind) => [kind, from[kind]!]))
  const counter = counterName(collection, { by, types, sum, ...(from === undefined ? {} : { from }) })
  const windows = binding.windowsOf?.(counter, wanted) ?? wanted
  const name = `${counter}.${windows.join(",")}`
  const scope = scopeOf(binding, by)
  const shape = windowShape(name, scope.tableKey, windows)
  return {
    name,
    version: 1,
    config: { collection, types: kinds, windows, sum, from: least ?? null },
    state: [shape.declaration],
    types: kinds,
    collection: collectionNumber,
    needs: scope.states,
    counter,
    shape,
    scope,
    observe(event, tables) {
      if (event.collection !== collectionNumber || !reaches(event, least)) return
      const keys = scope.ofEvent(event, tables)
      const amount = sum === "value" ? event.value : 1
      for (let i = 0; i < keys; i++) event.late += addToWindows(tables.fixed(name), shape, scope.keys[i]!, event.time, amount)
    },
    merge: (tables, source, target) => mergeWindows(tables.fixed(name), shape, source, target),
  }
}

/** What a counter counts, in words: `films.item.click+like>=4`. */
export function counterName(collection: string, { by, types, sum, from }: Omit<CounterOptions, "windows">): string {
  const kinds = [...new Set(types)].sort().map((kind) => (from?.[kind] === undefined ? kind : `${kind}>=${from[kind]}`))
  return `${collection}.${by}.${kinds.join("+")}${sum === "value" ? ".value" : ""}`
}

/** Where the wanted windows are among those of the counter. */
export function placesOf({ shape }: CounterState, wanted: readonly Window[]): readonly number[] {
  return wanted.map((window) => shape.windows.indexOf(window))
}
