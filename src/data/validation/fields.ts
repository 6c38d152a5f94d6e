import { createHmac } from "node:crypto"
import { type Field, type Fields, InvalidArgument, type Value } from "../../core/index.ts"
import { type Inspection, isPlainObject, refuse, refuseSize } from "./inspection.ts"
import { EVENT_LIMITS } from "./limits.ts"
import { parseIsoTime } from "./time.ts"
import { isKey, isValue } from "./values.ts"

/** Checks the fields of an item, a user or a context and gives the object to store; personal ones are hashed or left out there. */
export interface FieldCheck {
  /** `complete` asks for every required field; changes of something already known need only what changes. */
  read(inspection: Inspection, value: unknown, path: string, complete: boolean): Record<string, Value> | undefined
}

/** Compiles the fields that one or more schemas declare. A field that several declare must satisfy each. */
export function fieldCheck(where: string, schemas: readonly Fields[], personalKey: string | undefined): FieldCheck {
  const declared = new Map<string, Field[]>()
  for (const fields of schemas) {
    for (const [name, field] of Object.entries(fields)) {
      checkDeclaration(`${where}.${name}`, field, personalKey)
      const others = declared.get(name)
      if (others === undefined) declared.set(name, [field])
      else others.push(field)
    }
  }
  const needed = [...declared]
    .filter(([, fields]) => fields.some((field) => field.required && field.default === undefined))
    .map(([name]) => name)

  return {
    read(inspection, value, path, complete) {
      if (!isPlainObject(value))
        return refuse(inspection, path, "an object of field names to values", value, 'Send such as {"title": "Alien"}.')
      const kept: Record<string, Value> = {}
      let count = 0
      for (const name in value) {
        if (!isKey(inspection, name, path)) return undefined
        if (++count > EVENT_LIMITS.fields) {
          return refuseSize(inspection, path, `at most ${EVENT_LIMITS.fields} fields`, "more", "Send the fields that matter.")
        }
        const came = value[name]
        if (came === undefined) continue
        const fields = declared.get(name)
        if (fields === undefined) {
          if (!isValue(inspection, came, `${path}.${name}`)) return undefined
          if (schemas.length > 0) inspection.unknown(`${where}.${name}`)
          kept[name] = came
          continue
        }
        const personal = personalOf(fields)
        if (!fits(inspection, fields, came, `${path}.${name}`, personal !== undefined)) return undefined
        if (personal === "drop") continue
        kept[name] = personal === "hash" ? hashed(came as Value, personalKey!) : (came as Value)
      }
      if (complete) {
        for (const name of needed) {
          if (value[name] === undefined) {
            return refuse(
              inspection,
              `${path}.${name}`,
              "a value",
              undefined,
              "The schema requires it: send it with the first event of this id.",
            )
          }
        }
      }
      return kept
    },
  }
}

/** Dropped wins over hashed: the stricter wish holds. */
function personalOf(fields: readonly Field[]): "hash" | "drop" | undefined {
  if (fields.some((field) => field.personal === "drop")) return "drop"
  return fields.some((field) => field.personal === "hash") ? "hash" : undefined
}

function fits(inspection: Inspection, fields: readonly Field[], value: unknown, path: string, secret: boolean): boolean {
  for (const field of fields) {
    const expected = problem(field, value)
    if (expected !== undefined) {
      // What a personal field held must not travel back in an error or reach a log.
      refuse(
        inspection,
        path,
        expected,
        secret ? `a ${value === null ? "null" : typeof value} that is not shown` : value,
        remedies[field.type],
      )
      return false
    }
  }
  return isValue(inspection, value, path)
}

/** What a field wants, when the value is not it. */
function problem(field: Field, value: unknown): string | undefined {
  if (value === null) return field.required ? "a value, for the schema requires it" : undefined
  switch (field.type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) && inside(field, value) ? undefined : `a finite number${range(field)}`
    case "time": {
      const time = typeof value === "number" ? value : typeof value === "string" ? parseIsoTime(value) : Number.NaN
      return Number.isFinite(time) && inside(field, time) ? undefined : `epoch milliseconds or ISO 8601${range(field)}`
    }
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false"
    case "categories":
      return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? undefined : "a list of texts"
    case "vector":
      return Array.isArray(value) &&
        value.length === field.dimension &&
        value.every((entry) => typeof entry === "number" && Number.isFinite(entry) && inside(field, entry))
        ? undefined
        : `a list of ${field.dimension} finite numbers${range(field)}`
    default:
      return typeof value === "string" ? undefined : "text"
  }
}

const remedies: Readonly<Record<Field["type"], string>> = {
  number: "Send a JSON number.",
  time: "Send such as 2026-11-24T08:15:00Z.",
  boolean: "Send a JSON boolean.",
  categories: 'Send such as ["Comedy", "Crime"].',
  vector: "Send as many numbers as the schema's dimension says.",
  category: "Send a JSON string.",
  text: "Send a JSON string.",
  image: "Send the content hash or address as a string.",
  reference: "Send the id of the other item as a string.",
}

const inside = (field: Field, value: number) => field.range === undefined || (value >= field.range[0] && value <= field.range[1])
const range = (field: Field) => (field.range === undefined ? "" : ` in [${field.range[0]}, ${field.range[1]}]`)

/** The HMAC-SHA-256 of a personal value, hex: equal values stay equal, and without the key nobody can try names. */
function hashed(value: Value, key: string): Value {
  if (value === null) return null
  const hash = (text: string) => createHmac("sha256", key).update(text).digest("hex")
  return Array.isArray(value) ? value.map((entry) => hash(String(entry))) : hash(String(value))
}

function checkDeclaration(where: string, field: Field, personalKey: string | undefined): void {
  if (field.personal !== "hash") return
  if (["number", "boolean", "time", "vector"].includes(field.type)) {
    throw new InvalidArgument(
      where,
      'personal "hash" on a field of text or categories',
      field.type,
      'Use personal: "drop", or make the field a category.',
    )
  }
  if (personalKey === undefined || personalKey.length < 16) {
    throw new InvalidArgument(
      where,
      "a key of at least 16 characters to hash personal fields with",
      "none",
      "Pass personalKey, and keep it as long as the store.",
    )
  }
}
