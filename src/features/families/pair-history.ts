import { CodeWeights } from "../code-weights.ts"
import type { FeatureFactory } from "../family.ts"
import { actedOn } from "../states/acted-on.ts"
import { splitWindows, type Window, windowMs } from "../windows.ts"

const HOUR_MS = 3_600_000

/**
 * What this user did with this very item before: how many events of some types in each window, `pair.<types>.<window>`, exact among the
 * user's newest events of these types, and `pair.<types>.hoursSince` the last of them (NaN when there was none, off when timeless).
 *
 * @param options.limit - newest events kept a user, 16 bytes each; default 256, shared with `userCategory` of the same types
 */
export function pairHistory({
  types,
  windows,
  limit = 256,
}: {
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  readonly limit?: number
}): FeatureFactory {
  return (binding) => {
    const state = actedOn(binding, types, limit)
    const { kept, off } = splitWindows(windows, binding.timeless)
    const spans = kept.map((window) => windowMs(window, "pairHistory"))
    const counts = spans.map(() => new CodeWeights())
    const newest = new CodeWeights()
    const kinds = [...new Set(types)].sort().join("+")
    const since = binding.timeless ? [] : [`pair.${kinds}.hoursSince`]
    return {
      name: `pair history ${kinds}`,
      version: 1,
      config: { types: kinds, windows: kept, limit },
      columns: [...kept.map((window) => `pair.${kinds}.${window}`), ...since],
      actors: ["user", "item"],
      states: [state],
      switchedOff: [...off.map((window) => `pair.${kinds}.${window}`), ...(binding.timeless ? [`pair.${kinds}.hoursSince`] : [])],
      read(tables, request, candidates, out, firstColumn) {
        for (const window of counts) window.clear()
        newest.clear()
        const list = tables.list(state.name)
        const page = list.page(Math.max(0, request.user))
        const start = list.start(Math.max(0, request.user))
        const end = request.user < 0 ? start : start + list.length(request.user) * 2
        for (let at = start; at < end; at += 2) {
          const ageMs = request.now - page[at + 1]!
          if (ageMs < 0) continue
          for (let w = 0; w < spans.length; w++) if (ageMs < spans[w]!) counts[w]!.add(page[at]!, 1)
          const before = newest.of(page[at]!)
          if (page[at + 1]! > before) newest.add(page[at]!, page[at + 1]! - before)
        }
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          for (let w = 0; w < spans.length; w++) out.data[at + w] = counts[w]!.of(item)
          if (since.length === 0) continue
          const last = newest.of(item)
          out.data[at + spans.length] = last === 0 ? Number.NaN : (request.now - last) / HOUR_MS
        }
      },
    }
  }
}
