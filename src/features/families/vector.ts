import { InvalidArgument } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { fieldState } from "../states/field-state.ts"

/** What can be said of a vector in one number. */
export type VectorSummary = "norm" | "mean" | "min" | "max"

/**
 * A vector field of the item as it is, `<field>.0` and so on, or in few numbers, `<field>.norm`, `.mean`, `.min`, `.max`; NaN when missing.
 *
 * @param options.as - `components` (default) or the summaries wanted
 */
export function vector(
  field: string,
  { as = "components" }: { readonly as?: "components" | readonly VectorSummary[] } = {},
): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["vector"])
    const summaries = as === "components" ? undefined : as.map(summaryOf)
    const columns =
      as === "components" ? Array.from({ length: state.width }, (_, d) => `${field}.${d}`) : as.map((one) => `${field}.${one}`)
    return {
      name: `vector ${field}`,
      version: 1,
      config: { field, as },
      columns,
      actors: ["item"],
      states: [state],
      read(tables, _request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          if (!table.has(item)) {
            out.data.fill(Number.NaN, at, at + columns.length)
            continue
          }
          const page = table.page(item)
          const start = table.offset(item) + 1
          if (summaries === undefined) for (let d = 0; d < state.width; d++) out.data[at + d] = page[start + d]!
          else for (let s = 0; s < summaries.length; s++) out.data[at + s] = summaries[s]!(page, start, state.width)
        }
      },
    }
  }
}

type Summary = (page: Float64Array, start: number, width: number) => number

function summaryOf(name: VectorSummary): Summary {
  if (!Object.hasOwn(SUMMARIES, name))
    throw new InvalidArgument("vector", `one of ${Object.keys(SUMMARIES).join(", ")}`, name, "Check the spelling.")
  return SUMMARIES[name]
}

const SUMMARIES: Readonly<Record<VectorSummary, Summary>> = {
  norm: (page, start, width) => Math.sqrt(folded(page, start, width, 0, (sum, x) => sum + x * x)),
  mean: (page, start, width) => folded(page, start, width, 0, (sum, x) => sum + x) / width,
  min: (page, start, width) => folded(page, start, width, Number.POSITIVE_INFINITY, Math.min),
  max: (page, start, width) => folded(page, start, width, Number.NEGATIVE_INFINITY, Math.max),
}

function folded(page: Float64Array, start: number, width: number, from: number, join: (a: number, b: number) => number): number {
  let value = from
  for (let d = 0; d < width; d++) value = join(value, page[start + d]!)
  return value
}
