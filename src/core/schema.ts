import type { Value } from "./events.ts"

/** What every field may say of itself. `personal` fields are hashed or dropped before they reach a log or a trace. */
export interface FieldOptions {
  readonly required?: boolean
  readonly default?: Value
  readonly range?: readonly [number, number]
  readonly personal?: "hash" | "drop"
}

/** One field of an item, a user or a context. */
export type Field = FieldOptions &
  (
    | { readonly type: "number" | "category" | "categories" | "text" | "boolean" | "time" | "image" }
    | { readonly type: "vector"; readonly dimension: number }
    | { readonly type: "reference"; readonly collection: string }
  )

/** Field names to fields. */
export type Fields = Readonly<Record<string, Field>>

/** What a system knows of its items, its users and the context of a request. Unknown fields are kept and counted. */
export interface Schema<Item extends Fields = Fields, User extends Fields = Fields, Context extends Fields = Fields> {
  readonly item: Item
  readonly user?: User
  readonly context?: Context
}

/** The JSON type of a field's value. */
export type FieldValue<F extends Field> = F["type"] extends "number"
  ? number
  : F["type"] extends "boolean"
    ? boolean
    : F["type"] extends "categories"
      ? string[]
      : F["type"] extends "vector"
        ? number[]
        : F["type"] extends "time"
          ? number | string
          : string

type RequiredNames<S extends Fields> = { [K in keyof S]: S[K] extends { readonly required: true } ? K : never }[keyof S]

/** The JSON object that a set of fields describes: required ones present, the others optional. */
export type FieldValues<S extends Fields> = { [K in RequiredNames<S>]: FieldValue<S[K]> } & {
  [K in Exclude<keyof S, RequiredNames<S>>]?: FieldValue<S[K]> | null
}

/** Short constructors, so that a schema reads as a list: `{ title: field.text({ required: true }), genre: field.categories() }`. */
export const field = {
  number: <const O extends FieldOptions>(options?: O) => ({ type: "number", ...options }) as { readonly type: "number" } & O,
  category: <const O extends FieldOptions>(options?: O) => ({ type: "category", ...options }) as { readonly type: "category" } & O,
  categories: <const O extends FieldOptions>(options?: O) => ({ type: "categories", ...options }) as { readonly type: "categories" } & O,
  text: <const O extends FieldOptions>(options?: O) => ({ type: "text", ...options }) as { readonly type: "text" } & O,
  boolean: <const O extends FieldOptions>(options?: O) => ({ type: "boolean", ...options }) as { readonly type: "boolean" } & O,
  time: <const O extends FieldOptions>(options?: O) => ({ type: "time", ...options }) as { readonly type: "time" } & O,
  image: <const O extends FieldOptions>(options?: O) => ({ type: "image", ...options }) as { readonly type: "image" } & O,
  vector: <const O extends FieldOptions>(dimension: number, options?: O) =>
    ({ type: "vector", dimension, ...options }) as { readonly type: "vector"; readonly dimension: number } & O,
  reference: <const O extends FieldOptions>(collection: string, options?: O) =>
    ({ type: "reference", collection, ...options }) as { readonly type: "reference"; readonly collection: string } & O,
}
