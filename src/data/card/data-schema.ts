import type { Field } from "../../core/index.ts"
import type { ColumnCategory } from "./column-category.ts"
import type { DataCard } from "./data-card.ts"
import type { FieldSummary } from "./field-summary.ts"

/** What data looked like when somebody agreed to it: a small file that is kept under version control, edited by hand and reviewed by its diff. */
export interface DataSchema {
  readonly format: 1
  /** By `item.<field>` or `user.<field>`. */
  readonly fields: Readonly<Record<string, FieldRule>>
  readonly interactionTypes: readonly string[]
}

/** What is expected of one field. Leave a key out to expect nothing. */
export interface FieldRule {
  readonly type: Field["type"]
  readonly category?: ColumnCategory
  /** Least share of items or users that have it, in [0, 1]. */
  readonly presentAtLeast?: number
  readonly min?: number
  readonly max?: number
  /** All values it may take. */
  readonly values?: readonly string[]
}

/** Something in the data that the schema does not allow. */
export interface Violation {
  readonly field: string
  readonly rule: "missing field" | "new field" | "type" | "category" | "present" | "range" | "values" | "interaction type"
  readonly expected: string
  readonly came: string
}

/** Distinct values up to which a category is closed: a new value is then a violation. */
const CLOSED = 50
/** What the present share may fall by before it is told. */
const SLACK = 0.05

/** The schema that a data card would pass. */
export function freezeSchema(card: DataCard): DataSchema {
  return {
    format: 1,
    fields: Object.fromEntries([...summaries(card)].map(([name, summary]) => [name, ruleOf(summary)])),
    interactionTypes: card.interactions.types.map(({ type }) => type).sort(),
  }
}

function ruleOf({ type, category, missingRate, numbers, distinct, values }: FieldSummary): FieldRule {
  const present = Math.max(0, Math.floor((1 - missingRate - SLACK) * 100) / 100)
  return {
    type,
    ...(category === undefined ? {} : { category }),
    ...(present > 0 ? { presentAtLeast: present } : {}),
    ...(type === "number" && numbers !== undefined ? { min: numbers.min, max: numbers.max } : {}),
    ...(distinct !== undefined && distinct <= CLOSED && values !== undefined ? { values } : {}),
  }
}

/** What of a data card breaks a frozen schema, by name, in the schema's order; empty when all is as agreed. */
export function checkSchema(schema: DataSchema, card: DataCard): readonly Violation[] {
  const found = summaries(card)
  const known = Object.entries(schema.fields).flatMap(([name, rule]) => {
    const summary = found.get(name)
    if (summary !== undefined) return fieldViolations(name, rule, summary)
    return [{ field: name, rule: "missing field", expected: rule.type, came: "no such field" } as const]
  })
  const fresh = [...found].flatMap(([name, { type }]) =>
    Object.hasOwn(schema.fields, name) ? [] : [{ field: name, rule: "new field", expected: "no such field", came: type } as const],
  )
  const types = card.interactions.types.flatMap(({ type, count }) =>
    schema.interactionTypes.includes(type)
      ? []
      : [
          {
            field: type,
            rule: "interaction type",
            expected: `one of ${schema.interactionTypes.join(", ")}`,
            came: `${count} of ${type}`,
          } as const,
        ],
  )
  return [...known, ...fresh, ...types]
}

function fieldViolations(field: string, rule: FieldRule, { type, category, missingRate, numbers, values = [] }: FieldSummary): Violation[] {
  const broken: Violation[] = []
  const add = (name: Violation["rule"], expected: string, came: string) => void broken.push({ field, rule: name, expected, came })
  if (type !== rule.type) add("type", rule.type, type)
  if (rule.category !== undefined && category !== undefined && category !== rule.category) add("category", rule.category, category)
  const present = 1 - missingRate
  if (rule.presentAtLeast !== undefined && present < rule.presentAtLeast)
    add("present", `at least ${percent(rule.presentAtLeast)}`, percent(present))
  if (numbers !== undefined && rule.min !== undefined && numbers.min < rule.min) add("range", `at least ${rule.min}`, String(numbers.min))
  if (numbers !== undefined && rule.max !== undefined && numbers.max > rule.max) add("range", `at most ${rule.max}`, String(numbers.max))
  if (rule.values !== undefined) {
    const strange = values.filter((value) => !rule.values!.includes(value))
    if (strange.length > 0) add("values", `one of ${rule.values.length} known values`, strange.slice(0, 5).join(", "))
  }
  return broken
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`

function summaries(card: DataCard): Map<string, FieldSummary> {
  const named = (kind: string, fields: readonly FieldSummary[]) => fields.map((field) => [`${kind}.${field.name}`, field] as const)
  return new Map([...named("item", card.itemFields), ...named("user", card.userFields)])
}
