import { InvalidArgument } from "./errors.ts"

/**
 * The one text of a JSON value: keys sorted by code unit, no white space, numbers as ECMAScript prints them. Equal values give equal bytes, so
 * it is what content hashes are made of.
 *
 * A property whose value is `undefined` is left out, as JSON does.
 * @throws {@link InvalidArgument} on anything JSON cannot hold: NaN, Infinity, functions, bigint, `undefined` in an array, objects of a class, cycles
 * @see RFC 8785 (JSON Canonicalization Scheme)
 */
export function canonicalJson(value: unknown): string {
  return write(value, "$", [])
}

function write(value: unknown, path: string, parents: readonly object[]): string {
  if (value === null || typeof value === "boolean") return String(value)
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refused(path, String(value))
    return JSON.stringify(value)
  }
  if (typeof value !== "object") throw refused(path, typeof value)
  if (parents.includes(value)) throw refused(path, "an object inside itself")
  const inside = [...parents, value]
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, inside)).join(",")}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw refused(path, `a ${value.constructor.name}`)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${write(item, `${path}.${key}`, inside)}`).join(",")}}`
}

function refused(path: string, came: string): InvalidArgument {
  return new InvalidArgument(
    `canonical JSON at ${path}`,
    "a JSON value",
    came,
    "Use null, a finite number, a string, a list or a plain object.",
  )
}
