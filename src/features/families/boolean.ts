import { InvalidArgument } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { number } from "./number.ts"

/**
 * A flag of the item, the user or the request's context: 1 when true, 0 when false, the schema's default, else NaN, when missing.
 *
 * @throws {@link InvalidArgument} when the schema declares the field as anything but a boolean
 */
export function boolean(field: string, options: { readonly of?: "item" | "user" | "context" } = {}): FeatureFactory {
  const { of = "item" } = options
  return (binding) => {
    const declared = binding.schema[of]?.[field]
    if (declared !== undefined && declared.type !== "boolean") {
      throw new InvalidArgument(`feature of ${of} field ${field}`, "type boolean", declared.type, "Use a family made for that type.")
    }
    return { ...number(field, options)(binding), name: `boolean ${of}.${field}` }
  }
}
