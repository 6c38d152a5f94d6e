import type { StateTables } from "../../core/index.ts"
import { BEGUN_WIDTH, begunName } from "../../features/index.ts"
import { type Recommendation, typesThatMean } from "./options.ts"

/** An item that somebody began and did not finish, and the value of the newest interaction: the share watched. */
export interface Begun {
  readonly item: number
  readonly share: number
}

/**
 * The positive actions that begin an item, and from where to where: between what means no interest and what is surely liked, as the ladder of the action
 * has it. A ladder without such a band, such as that of stars, begins nothing.
 */
export function begunTypes(options: Pick<Recommendation, "actions">): Record<string, { readonly above: number; readonly until: number }> {
  return Object.fromEntries(
    typesThatMean(options, "positive").flatMap((type) => {
      const { from, sureFrom = from, noUpTo = from } = options.actions[type]!
      return sureFrom === undefined || noUpTo === undefined || noUpTo >= sureFrom ? [] : [[type, { above: noUpTo, until: sureFrom }]]
    }),
  )
}

/** What a person began since a moment and did not finish, what they went on with last first. */
export function begunSince(tables: StateTables, collection: string, user: number, since: number): Begun[] {
  const list = tables.list(begunName(collection))
  if (user < 0) return []
  const length = list.length(user)
  const found: Begun[] = []
  if (length === 0) return found
  const page = list.page(user)
  for (let at = list.start(user) + (length - 1) * BEGUN_WIDTH; found.length < length; at -= BEGUN_WIDTH) {
    if (page[at + 1]! < since) break
    found.push({ item: page[at]!, share: page[at + 2]! })
  }
  return found
}
