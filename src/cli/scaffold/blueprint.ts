import type { Answers, StatementKind } from "../../problem/index.ts"

/** Types of field that a scaffold can declare, in the words of `field`. */
export const FIELD_TYPES = ["text", "category", "categories", "number", "boolean", "time"] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** What a definition file is written from: a kind, a name, the answers of an interview, and what the kind's factory takes. */
export interface Blueprint {
  readonly kind: StatementKind
  readonly name: string
  readonly answers: Answers
  /** Collection and fields of its items; left out for kinds that are planned and do not run yet. */
  readonly items?: { readonly collection: string; readonly fields: Readonly<Record<string, FieldType>> }
}

/** The items of a scaffold when nobody says what they are. */
export const usualItems = {
  collection: "items",
  fields: { title: "text", categories: "categories", year: "number" },
} as const satisfies Blueprint["items"]

/** `title:text, genres:categories` as fields; `undefined` when it is no such list. */
export function parseFields(text: string): Readonly<Record<string, FieldType>> | undefined {
  const pairs = text.split(",").map((part) => part.split(":").map((word) => word.trim()))
  const isPair = ([name, type, ...more]: string[]) =>
    more.length === 0 && /^[a-z][A-Za-z0-9_]{0,63}$/.test(name ?? "") && FIELD_TYPES.some((known) => known === type)
  if (!pairs.every(isPair) || new Set(pairs.map(([name]) => name)).size < pairs.length) return undefined
  return Object.fromEntries(pairs.map(([name, type]) => [name!, type as FieldType]))
}

export const fieldsText = (fields: Readonly<Record<string, FieldType>>) =>
  Object.entries(fields)
    .map(([name, type]) => `${name}:${type}`)
    .join(", ")
