import { USERS } from "../../core/index.ts"
import type { Binding, StateFamily } from "../family.ts"
import { claimLatest } from "../state-access.ts"
import { type TextStatistics, textStatistics } from "../text-statistics.ts"
import type { FieldOwner } from "./field-state.ts"
import { checkTextField } from "./text-field.ts"

/** The statistics kept of a text, in the order of a row. */
export const TEXT_STATISTICS = [
  "characters",
  "words",
  "wordLength",
  "digits",
  "capitals",
  "symbols",
] as const satisfies readonly (keyof TextStatistics)[]

/** The statistics of the newest text of a field: `latest` rows keyed by item or user, NaN once it is unset. */
export function textStatsState(
  binding: Pick<Binding, "collection" | "collectionNumber" | "schema">,
  owner: FieldOwner,
  field: string,
): StateFamily {
  checkTextField(binding.schema, owner, field)
  const collection = owner === "item" ? binding.collection : USERS
  const name = `${collection}.text.${field}`
  return {
    name,
    version: 1,
    config: { collection },
    state: [{ kind: "latest", name, key: owner, width: TEXT_STATISTICS.length }],
    types: [owner],
    ...(owner === "item" ? { collection: binding.collectionNumber } : {}),
    observe(event, tables) {
      const { record } = event
      if ((record.event !== "item" && record.event !== "user") || (owner === "item" && event.collection !== binding.collectionNumber))
        return
      const value = record.fields[field]
      const key = owner === "item" ? event.item : event.user
      const table = tables.fixed(name)
      if (value === undefined || !claimLatest(table, key, event.time)) return
      const found = typeof value === "string" ? textStatistics(value) : undefined
      const page = table.touch(key)
      const start = table.offset(key) + 1
      for (let s = 0; s < TEXT_STATISTICS.length; s++) page[start + s] = found?.[TEXT_STATISTICS[s]!] ?? Number.NaN
    },
  }
}
