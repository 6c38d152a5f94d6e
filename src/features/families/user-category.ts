import type { StateTables } from "../../core/index.ts"
import { CodeWeights } from "../code-weights.ts"
import type { FeatureFactory } from "../family.ts"
import { actedOn } from "../states/acted-on.ts"
import { codesLength, codesStart, type FieldState, fieldState } from "../states/field-state.ts"
import { splitWindows, type Window, windowMs } from "../windows.ts"

/** What a user by category counter counts; see {@link userCategory}. */
export interface UserCategoryOptions {
  readonly field: string
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  /** Newest events kept a user, 16 bytes each; default 256. Families with the same types share them, so they need the same limit. */
  readonly limit?: number
}

/**
 * How many events of some types the user had with the candidate's value of a category field, in each window: columns such as
 * `user.click.genre.7d`, the greatest over the values of a list. 0 when there were none, NaN for an item without a value.
 *
 * Values are those the items have at the request. Timeless data keeps the window `all` alone.
 */
export function userCategory({ field, types, windows, limit = 256 }: UserCategoryOptions): FeatureFactory {
  return (binding) => {
    const value = fieldState(binding, "item", field, ["code", "codes"])
    const state = actedOn(binding, types, limit)
    const { kept, off } = splitWindows(windows, binding.timeless)
    const spans = kept.map((window) => windowMs(window, `userCategory ${field}`))
    const counts = spans.map(() => new CodeWeights())
    const kinds = [...new Set(types)].sort().join("+")
    const column = (window: Window) => `user.${kinds}.${field}.${window}`
    return {
      name: `user category ${kinds}.${field}`,
      version: 1,
      config: { field, types: kinds, windows: kept, limit },
      columns: kept.map(column),
      actors: ["user", "item"],
      states: [value, state],
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        count(tables, state.name, value, request.user, request.now, spans, counts)
        const values = tables.fixed(value.name)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const length = codesLength(values, value, item)
          const at = row * out.cols + firstColumn
          if (length === 0) {
            for (let w = 0; w < spans.length; w++) out.data[at + w] = Number.NaN
            continue
          }
          const page = values.page(item)
          const start = codesStart(values, value, item)
          for (let w = 0; w < spans.length; w++) {
            let most = 0
            for (let c = start; c < start + length; c++) most = Math.max(most, counts[w]!.of(page[c]!))
            out.data[at + w] = most
          }
        }
      },
    }
  }
}

/** Counts the user's events by code, into one set of counts a window. */
function count(
  tables: StateTables,
  listName: string,
  value: FieldState,
  user: number,
  now: number,
  spans: readonly number[],
  counts: readonly CodeWeights[],
): void {
  for (const window of counts) window.clear()
  if (user < 0) return
  const list = tables.list(listName)
  const values = tables.fixed(value.name)
  const page = list.page(user)
  const start = list.start(user)
  const end = start + list.length(user) * 2
  for (let at = start; at < end; at += 2) {
    const ageMs = now - page[at + 1]!
    const length = ageMs < 0 ? 0 : codesLength(values, value, page[at]!)
    if (length === 0) continue
    const codes = values.page(page[at]!)
    const first = codesStart(values, value, page[at]!)
    for (let w = 0; w < spans.length; w++) {
      if (ageMs >= spans[w]!) continue
      for (let c = first; c < first + length; c++) counts[w]!.add(codes[c]!, 1)
    }
  }
}
