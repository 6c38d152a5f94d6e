import type { StateTables } from "../../core/index.ts"
import type { Binding, FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { fieldNumber, fieldState } from "../states/field-state.ts"

/** Least ages that a rating says without a number. */
const LETTERS: Readonly<Record<string, number>> = {
  g: 0,
  u: 0,
  "tv-y": 0,
  "tv-g": 0,
  all: 0,
  pg: 8,
  "tv-pg": 8,
  r: 17,
  x: 18,
  adult: 18,
  "tv-ma": 17,
}

/**
 * A candidate's maturity rating against the user's age: `match.age.margin`, years above the least age it is meant for, negative below it, and
 * `match.age.allowed`, 1 or 0. Both fields may be numbers or categories: `PG-13`, `FSK 16`, `25-34`. NaN where either is unknown.
 *
 * @param options.item - field of the item with the rating; `options.user` - field of the user with the age or its band, whose least year counts
 */
export function ageMatch({ item, user }: { readonly item: string; readonly user: string }): FeatureFactory {
  return (binding) => {
    const rating = years(binding, "item", item, leastAge)
    const age = years(binding, "user", user, firstNumber)
    return {
      name: `age match ${item} ${user}`,
      version: 1,
      config: { item, user },
      columns: ["match.age.margin", "match.age.allowed"],
      actors: ["user", "item"],
      states: [rating.state, age.state],
      read(tables, request, candidates, out, firstColumn) {
        const own = age.of(tables, request.user)
        for (let row = 0; row < candidates.size; row++) {
          const margin = own - rating.of(tables, candidates.ids[row]!)
          const at = row * out.cols + firstColumn
          out.data[at] = margin
          out.data[at + 1] = Number.isNaN(margin) ? margin : margin >= 0 ? 1 : 0
        }
      },
    }
  }
}

/** A field in years: as it is, or read off the name of its category, once a name. */
function years(binding: Binding, owner: "item" | "user", field: string, read: (name: string) => number) {
  const state = fieldState(binding, owner, field, ["number", "code"])
  const known = new Map<number, number>()
  return {
    state,
    of(tables: StateTables, key: number): number {
      if (state.encoding === "number") return fieldNumber(tables, state, key)
      const code = latestValue(tables.fixed(state.name), key)
      if (Number.isNaN(code)) return code
      const found = known.get(code) ?? read(state.codes!.name(code))
      known.set(code, found)
      return found
    },
  }
}

/** The least age that a rating names, by its number or its letters; NaN for one that says neither, such as `not rated`. */
export function leastAge(rating: string): number {
  const number = firstNumber(rating)
  return Number.isNaN(number) ? (LETTERS[rating.trim().toLowerCase()] ?? Number.NaN) : number
}

/** The first whole number of a text, NaN without one: 25 for `25-34`. */
function firstNumber(text: string): number {
  return Number(/\d+/.exec(text)?.[0] ?? Number.NaN)
}
