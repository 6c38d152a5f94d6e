import { type FixedTable, InvalidArgument } from "../../core/index.ts"
import type { Binding, StateFamily } from "../family.ts"
import { type Scope, type ScopeName, scopeOf } from "../scope.ts"

const DAY_MS = 86_400_000

/** A fading sum by scope; see {@link decayedState}. */
export interface DecayedState extends StateFamily {
  readonly scope: Scope
  readonly halfLifeMs: number
}

/**
 * `latest` rows of a moment and the sum of all events as they count at that moment, each `2^(-age / halfLife)`. An event before the moment is
 * faded to it, so the order in which events come does not matter and none is late.
 */
export function decayedState(
  binding: Omit<Binding, "history" | "timeless">,
  options: { readonly by: ScopeName; readonly types: readonly string[]; readonly halfLifeDays: number; readonly sum?: "count" | "value" },
): DecayedState {
  const { by, types, halfLifeDays, sum = "count" } = options
  if (!(halfLifeDays > 0 && Number.isFinite(halfLifeDays))) {
    throw new InvalidArgument("decayed counter", "a half-life above 0 days", String(halfLifeDays), "Pass a number such as 7.")
  }
  const scope = scopeOf(binding, by)
  const kinds = [...new Set(types)].sort()
  const halfLifeMs = halfLifeDays * DAY_MS
  const name = `${binding.collection}.${by}.${kinds.join("+")}${sum === "value" ? ".value" : ""}.fading${halfLifeDays}d`
  return {
    name,
    version: 1,
    config: { collection: binding.collection, types: kinds, sum, halfLifeDays },
    state: [{ kind: "latest", name, key: scope.tableKey, width: 1 }],
    types: kinds,
    collection: binding.collectionNumber,
    needs: scope.states,
    scope,
    halfLifeMs,
    observe(event, tables) {
      if (event.collection !== binding.collectionNumber) return
      const keys = scope.ofEvent(event, tables)
      for (let i = 0; i < keys; i++) {
        addDecayed(tables.fixed(name), scope.keys[i]!, event.time, sum === "value" ? event.value : 1, halfLifeMs)
      }
    },
    merge(tables, from, to) {
      const table = tables.fixed(name)
      if (!table.has(from)) return 0
      addDecayed(table, to, table.page(from)[table.offset(from)]!, table.page(from)[table.offset(from) + 1]!, halfLifeMs)
      table.clear(from)
      return 0
    },
  }
}

/** Adds `amount` of an event at `time` to the fading sum of a key. */
export function addDecayed(table: FixedTable, key: number, time: number, amount: number, halfLifeMs: number): void {
  const fresh = !table.has(key)
  const page = table.touch(key)
  const at = table.offset(key)
  const moment = page[at]!
  if (fresh || time > moment) {
    page[at + 1] = (fresh ? 0 : page[at + 1]! * 2 ** ((moment - time) / halfLifeMs)) + amount
    page[at] = time
  } else page[at + 1]! += amount * 2 ** ((time - moment) / halfLifeMs)
}

/** The fading sum of a key at `now`; 0 without events. Events dated after `now` count whole. */
export function decayedCount(table: FixedTable, key: number, now: number, halfLifeMs: number): number {
  if (key < 0 || !table.has(key)) return 0
  const at = table.offset(key)
  const page = table.page(key)
  return page[at + 1]! * 2 ** (-Math.max(0, now - page[at]!) / halfLifeMs)
}
