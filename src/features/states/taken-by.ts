import type { FixedTable, StateTables } from "../../core/index.ts"
import type { Binding, StateFamily } from "../family.ts"
import { type From, reaches } from "../reaches.ts"
import { latestValue } from "../state-access.ts"
import { fieldState } from "./field-state.ts"

/** Groups that are told apart; people of further ones are counted nowhere. */
const MOST_GROUPS = 24

/** Which people and events {@link takenBy} counts. */
export interface TakenByOptions {
  /** Field of the user: a category, or whole numbers, of which those from 24 on are grouped by tens, such as an age. */
  readonly field: string
  /** Interaction types that take an item up, and the least value of those that need one. */
  readonly types: readonly string[]
  readonly from?: From
}

/** Who took an item up, counted by group of people; and the same of all items. */
export interface TakenBy extends StateFamily {
  /** The group of a user, -1 when none is known. */
  groupOf(tables: StateTables, user: number): number
  /** Takers of an item in a group, and of any group; 0 without a row. */
  ofItem(table: FixedTable, item: number, group: number): number
  /** Table of all items together, its row the key 0. */
  readonly totals: string
}

/** The group of any taker. */
export const ANY_GROUP = MOST_GROUPS

/** Counts the takers of each item by a field of theirs, as it was when they took it up. Rows: 24 groups, then their sum. */
export function takenBy(binding: Binding, { field, types, from }: TakenByOptions): TakenBy {
  const { collection, collectionNumber } = binding
  const user = fieldState(binding, "user", field, ["code", "number"])
  const kinds = [...new Set(types)].sort()
  const name = `${collection}.taken-by.${field}.${kinds.join("+")}`
  const totals = `${name}.total`
  const groupOf = (tables: StateTables, who: number) => {
    const value = latestValue(tables.fixed(user.name), who)
    const group = user.encoding === "code" || value < MOST_GROUPS ? Math.floor(value) : Math.min(MOST_GROUPS - 1, Math.floor(value / 10))
    return group >= 0 && group < MOST_GROUPS ? group : -1
  }
  const add = (table: FixedTable, key: number, group: number, count: number) => {
    const page = table.touch(key)
    const start = table.offset(key) + 1
    page[start + group]! += count
    page[start + ANY_GROUP]! += count
  }
  // Without a row it is a page of zeros.
  const ofItem = (table: FixedTable, item: number, group: number) => table.page(item)[table.offset(item) + 1 + group]!
  return {
    name,
    version: 1,
    config: { collection, field, types: kinds, from: from ?? null },
    state: [
      { kind: "latest", name, key: "item", width: 1 + MOST_GROUPS },
      { kind: "latest", name: totals, key: "global", width: 1 + MOST_GROUPS },
    ],
    types: kinds,
    collection: collectionNumber,
    needs: [user],
    totals,
    groupOf,
    ofItem,
    observe(event, tables) {
      if (event.user < 0 || event.collection !== collectionNumber || !reaches(event, from)) return
      const group = groupOf(tables, event.user)
      if (group < 0) return
      add(tables.fixed(name), event.item, group, 1)
      add(tables.fixed(totals), 0, group, 1)
    },
    forgetItem(tables, item) {
      const items = tables.fixed(name)
      for (let group = 0; group < MOST_GROUPS; group++) {
        const count = ofItem(items, item, group)
        if (count > 0) add(tables.fixed(totals), 0, group, -count)
      }
    },
  }
}
