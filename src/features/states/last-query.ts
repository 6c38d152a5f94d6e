import type { StateTables } from "../../core/index.ts"
import type { FoldedEvent, StateFamily } from "../family.ts"
import { latestValue } from "../state-access.ts"

/** How long what somebody does is laid to the words they asked last. */
const SAME_SEARCH_MS = 30 * 60_000

const NAME = "users.last-query"

/** The words each user was last answered or shown a list for: `latest` rows of their dense id in `queries`, -1 for a list without words. */
export const lastQuery: StateFamily = {
  name: NAME,
  version: 1,
  config: {},
  state: [{ kind: "latest", name: NAME, key: "user", width: 1 }],
  types: ["served", "impression"],
  observe(event, tables) {
    if (event.user < 0) return
    const table = tables.fixed(NAME)
    if (table.has(event.user) && table.page(event.user)[table.offset(event.user)]! > event.time) return
    const page = table.touch(event.user)
    page[table.offset(event.user)] = event.time
    page[table.offset(event.user) + 1] = event.query
  },
}

/** The query an event belongs to: its own words, or those last asked by the same person within 30 minutes; -1 for none. */
export function queryOfEvent(event: FoldedEvent, tables: StateTables): number {
  if (event.query >= 0) return event.query
  const table = tables.fixed(NAME)
  if (event.record.event !== "interaction" || event.user < 0 || !table.has(event.user)) return -1
  const ageMs = event.time - table.page(event.user)[table.offset(event.user)]!
  return ageMs >= 0 && ageMs <= SAME_SEARCH_MS ? latestValue(table, event.user) : -1
}
