import { InvalidArgument, type Schema, unknownName } from "../../core/index.ts"
import type { FieldOwner } from "./field-state.ts"

/** @throws {@link NotFound} when the schema has no such field, {@link InvalidArgument} when it holds no text */
export function checkTextField(schema: Schema, owner: FieldOwner, field: string): void {
  const fields = schema[owner] ?? {}
  const declared = fields[field]
  if (declared === undefined) throw unknownName(`feature of ${owner} field`, "field", field, Object.keys(fields))
  if (declared.type !== "text" && declared.type !== "category") {
    throw new InvalidArgument(
      `feature of ${owner} field ${field}`,
      "type text or category",
      declared.type,
      "Use a family made for that type.",
    )
  }
}
