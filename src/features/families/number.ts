import type { Value } from "../../core/index.ts"
import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { type FieldOwner, fieldNumber, fieldState } from "../states/field-state.ts"

/** A number or boolean (1 or 0) of the item, the user or the request's context; the schema's default, else NaN, when missing. */
export function number(field: string, { of = "item" }: { readonly of?: FieldOwner | "context" } = {}): FeatureFactory {
  return of === "context" ? contextNumber(field) : storedNumber(field, of)
}

function storedNumber(field: string, of: FieldOwner): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, of, field, ["number"])
    const fallback = numberOf((of === "item" ? binding.schema.item : binding.schema.user)?.[field]?.default)
    return {
      name: `number ${of}.${field}`,
      version: 1,
      config: { field, of, fallback: Number.isNaN(fallback) ? null : fallback },
      columns: [of === "item" ? field : `user.${field}`],
      actors: [of],
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        if (of === "user") {
          fillColumn(out, candidates.size, firstColumn, orElse(fieldNumber(tables, state, request.user), fallback))
          return
        }
        const table = tables.fixed(state.name)
        for (let row = 0; row < candidates.size; row++) {
          out.data[row * out.cols + firstColumn] = orElse(latestValue(table, candidates.ids[row]!), fallback)
        }
      },
    }
  }
}

function contextNumber(field: string): FeatureFactory {
  return ({ schema }) => {
    const fallback = numberOf(schema.context?.[field]?.default)
    return {
      name: `number context.${field}`,
      version: 1,
      config: { field, fallback: Number.isNaN(fallback) ? null : fallback },
      columns: [`context.${field}`],
      actors: ["context"],
      states: [],
      read(_tables, request, candidates, out, firstColumn) {
        fillColumn(out, candidates.size, firstColumn, orElse(numberOf(request.context[field]), fallback))
      },
    }
  }
}

function numberOf(value: Value | undefined): number {
  return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : Number.NaN
}

function orElse(value: number, fallback: number): number {
  return Number.isNaN(value) ? fallback : value
}
