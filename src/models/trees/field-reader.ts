import { Corrupt } from "../../core/index.ts"

/** An object of a parsed file. */
export type JsonObject = { readonly [key: string]: unknown }

/** Reads the fields of a parsed object that somebody else wrote; each method throws {@link Corrupt} naming the field, what was expected and what came. */
export interface FieldReader {
  readonly where: string
  has(name: string): boolean
  object(name: string): FieldReader
  objects(name: string): readonly JsonObject[]
  text(name: string, otherwise?: string): string
  texts(name: string): readonly string[]
  /** A whole number of 0 or more, also written as text. */
  count(name: string, otherwise?: number): number
  /** Numbers, `length` of them when that is given; true counts as 1. */
  numbers(
    name: string,
    length?: number,
  ): ArrayLike<number> &
    Iterable<number> & { slice(from: number, to: number): Iterable<number>; some(test: (x: number) => boolean): boolean }
}

/** A reader of the fields of `value`. `where` names the place in messages. */
export function fieldReader(where: string, value: unknown): FieldReader {
  if (!isObject(value)) throw new Corrupt(where, "an object", shown(value), "Save the model again; the file is damaged or of another kind.")
  const fail = (name: string, expected: string): never => {
    const came = name in value ? shown(value[name]) : "nothing"
    throw new Corrupt(where, `${expected} in ${name}`, came, "Save the model again; the file is damaged or of another version.")
  }
  const own = (name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined)
  return {
    where,
    has: (name) => own(name) !== undefined,
    object(name) {
      const found = own(name)
      return isObject(found) ? fieldReader(`${where}: ${name}`, found) : fail(name, "an object")
    },
    objects(name) {
      const found = own(name)
      return Array.isArray(found) && found.every(isObject) ? found : fail(name, "objects")
    },
    text(name, otherwise) {
      const found = own(name) ?? otherwise
      return typeof found === "string" ? found : fail(name, "text")
    },
    texts(name) {
      const found = own(name)
      return Array.isArray(found) && found.every((text) => typeof text === "string") ? found : fail(name, "texts")
    },
    count(name, otherwise) {
      const found = own(name) ?? otherwise
      const count = typeof found === "string" && found.trim() !== "" ? Number(found) : found
      return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : fail(name, "a whole number")
    },
    numbers(name, length) {
      const found = own(name)
      if (length !== undefined && (found as ArrayLike<number> | undefined)?.length !== length) fail(name, `${length} numbers`)
      if (found instanceof Float64Array) return found
      if (!Array.isArray(found)) return fail(name, "numbers")
      const all = found.map((x: unknown) => (typeof x === "boolean" ? Number(x) : x))
      return all.every((x) => typeof x === "number") ? (all as number[]) : fail(name, "numbers")
    },
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}
