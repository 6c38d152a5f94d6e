import type { StateFactory } from "../family.ts"
import { begun } from "./begun.ts"
import { type CounterOptions, counterState } from "./counter-state.ts"
import { fieldState } from "./field-state.ts"
import { firstSeen } from "./first-seen.ts"
import { history } from "./history.ts"
import { itemSet } from "./item-set.ts"
import { recentItems } from "./recent-items.ts"
import { recentTakers } from "./recent-takers.ts"
import { takenAt } from "./taken-at.ts"

/** Every state family by name, for what other parts read: `states.itemSet({ name: "blocked", add: ["block"], remove: ["unblock"] })`. */
export const states = { begun, counter, firstSeen, history, itemSet, recentItems, recentTakers, takenAt, userCode } as const

/** The newest value of a person's category field: `states.userCode("country")`. */
function userCode(field: string): StateFactory {
  return (binding) => fieldState(binding, "user", field, ["code"])
}

/** Events by item, by user or of all over some windows: `states.counter({ by: "item", types: ["click"], windows: ["1d"] })`, such as for trending. */
function counter(options: CounterOptions): StateFactory {
  return (binding) => counterState(binding, options)
}
