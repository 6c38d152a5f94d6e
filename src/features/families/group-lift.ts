import type { FeatureFactory } from "../family.ts"
import { type From, reaches } from "../reaches.ts"
import { latestValue } from "../state-access.ts"
import { fieldState } from "../states/field-state.ts"

/** Groups that are told apart; people of further ones are counted nowhere. */
const MOST_GROUPS = 24
/** Takers an item is credited with that are mixed as all are: an item few took up says little. */
const PRIOR = 20

/** Which people and events {@link groupLift} compares. */
export interface GroupLiftOptions {
  /** Field of the user: a category, or whole numbers, of which those from 24 on are grouped by tens, such as an age. */
  readonly field: string
  /** Interaction types that take an item up, and the least value of those that need one. */
  readonly types: readonly string[]
  readonly from?: From
}

/**
 * How much more of the item's takers are of the user's group, by a field such as gender or age, than of all takers: the logarithm of one share
 * over the other, `group.<field>.lift`, 0 where they are alike. NaN for somebody of no known group.
 */
export function groupLift({ field, types, from }: GroupLiftOptions): FeatureFactory {
  return (binding) => {
    const { collection, collectionNumber } = binding
    const user = fieldState(binding, "user", field, ["code", "number"])
    const kinds = [...new Set(types)].sort()
    const name = `${collection}.taken-by.${field}.${kinds.join("+")}`
    const totals = `${name}.total`
    const groupOf = (value: number) => {
      const group = user.encoding === "code" || value < MOST_GROUPS ? Math.floor(value) : Math.min(MOST_GROUPS - 1, Math.floor(value / 10))
      return group >= 0 && group < MOST_GROUPS ? group : -1
    }
    const state = {
      name,
      version: 1,
      config: { collection, field, types: kinds, from: from ?? null },
      state: [
        { kind: "latest", name, key: "item", width: MOST_GROUPS },
        { kind: "latest", name: totals, key: "global", width: MOST_GROUPS },
      ] as const,
      types: kinds,
      collection: collectionNumber,
      needs: [user],
      observe(event: Parameters<typeof reaches>[0], tables: Parameters<typeof user.observe>[1]) {
        if (event.user < 0 || event.collection !== collectionNumber || !reaches(event, from)) return
        const group = groupOf(latestValue(tables.fixed(user.name), event.user))
        if (group < 0) return
        const items = tables.fixed(name)
        const all = tables.fixed(totals)
        items.touch(event.item)[items.offset(event.item) + 1 + group]!++
        all.touch(0)[all.offset(0) + 1 + group]!++
      },
      forgetItem(tables: Parameters<typeof user.observe>[1], item: number) {
        const items = tables.fixed(name)
        const all = tables.fixed(totals)
        if (!items.has(item) || !all.has(0)) return
        for (let group = 0; group < MOST_GROUPS; group++)
          all.touch(0)[all.offset(0) + 1 + group]! -= items.page(item)[items.offset(item) + 1 + group]!
      },
    }
    return {
      name: `group lift ${field}`,
      version: 1,
      config: { field, types: kinds, from: from ?? null, prior: PRIOR },
      columns: [`group.${field}.lift`],
      actors: ["user", "item"],
      states: [user, state],
      read(tables, request, candidates, out, firstColumn) {
        const group = groupOf(latestValue(tables.fixed(user.name), request.user))
        const items = tables.fixed(name)
        const all = tables.fixed(totals)
        const share = group < 0 || !all.has(0) ? Number.NaN : all.page(0)[all.offset(0) + 1 + group]! / sum(all.page(0), all.offset(0) + 1)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          let lift = share > 0 ? 0 : Number.NaN
          if (share > 0 && items.has(item)) {
            const page = items.page(item)
            const start = items.offset(item) + 1
            lift = Math.log((page[start + group]! + PRIOR * share) / ((sum(page, start) + PRIOR) * share))
          }
          out.data[row * out.cols + firstColumn] = lift
        }
      },
    }
  }
}

function sum(page: Float64Array, start: number): number {
  let total = 0
  for (let at = start; at < start + MOST_GROUPS; at++) total += page[at]!
  return total
}
