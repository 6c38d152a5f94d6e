import { CodeWeights } from "../code-weights.ts"
import type { FeatureFactory } from "../family.ts"
import { codesLength, codesStart, fieldState } from "../states/field-state.ts"
import { userCategoryState } from "../states/user-category-state.ts"
import { splitWindows, type Window, windowMs } from "../windows.ts"

/** What a user by category counter counts; see {@link userCategory}. */
export interface UserCategoryOptions {
  readonly field: string
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  /** Newest events kept a user and value list; default 256. */
  readonly limit?: number
}

/**
 * How many events of some types the user had with the candidate's value of a category field, in each window: columns such as
 * `user.click.genre.7d`, the greatest over the values of a list. 0 when there were none, NaN for an item without a value.
 *
 * Values are those the item had when the event was folded. Timeless data keeps the window `all` alone.
 */
export function userCategory({ field, types, windows, limit = 256 }: UserCategoryOptions): FeatureFactory {
  return (binding) => {
    const value = fieldState(binding, "item", field, ["code", "codes"])
    const state = userCategoryState(binding, value, field, types, limit)
    const { kept, off } = splitWindows(windows, binding.timeless)
    const spans = kept.map((window) => windowMs(window, `userCategory ${field}`))
    const kinds = [...new Set(types)].sort().join("+")
    const column = (window: Window) => `user.${kinds}.${field}.${window}`
    const counts = new CodeWeights()
    return {
      name: `user category ${kinds}.${field}`,
      version: 1,
      config: { field, types: kinds, windows: kept, limit },
      columns: kept.map(column),
      states: [value, state],
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        const values = tables.fixed(value.name)
        for (let w = 0; w < spans.length; w++) {
          counts.clear()
          if (request.user >= 0) {
            const list = tables.list(state.name)
            const page = list.page(request.user)
            const start = list.start(request.user)
            const end = start + list.length(request.user) * 2
            for (let at = start; at < end; at += 2) {
              const ageMs = request.now - page[at + 1]!
              if (ageMs >= 0 && ageMs < spans[w]!) counts.add(page[at]!, 1)
            }
          }
          for (let row = 0; row < candidates.size; row++) {
            const item = candidates.ids[row]!
            const length = codesLength(values, value, item)
            let most = length === 0 ? Number.NaN : 0
            if (length > 0) {
              const page = values.page(item)
              const start = codesStart(values, value, item)
              for (let c = start; c < start + length; c++) most = Math.max(most, counts.of(page[c]!))
            }
            out.data[row * out.cols + firstColumn + w] = most
          }
        }
      },
    }
  }
}
