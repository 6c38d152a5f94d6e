import { Corrupt } from "../../core/index.ts"

/** JSON's values, with typed arrays where a file has strongly typed numbers. */
export type UbjsonValue = null | boolean | number | string | UbjsonArray | { readonly [key: string]: UbjsonValue }
export type UbjsonArray = readonly UbjsonValue[] | Float64Array

/** How deep containers may lie in each other: more than any model, less than the stack. */
const DEEPEST = 200

const numbers: Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }> = {
  i: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U: { bytes: 1, read: (view, at) => view.getUint8(at) },
  I: { bytes: 2, read: (view, at) => view.getInt16(at) },
  l: { bytes: 4, read: (view, at) => view.getInt32(at) },
  L: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  D: { bytes: 8, read: (view, at) => view.getFloat64(at) },
}

/**
 * Reads one value of Universal Binary JSON, draft 12, as XGBoost writes it.
 * @throws {@link Corrupt} with the byte at which it went wrong: truncated, an unknown marker, a length below 0, containers too deep
 * @see https://ubjson.org
 */
export function readUbjson(bytes: Uint8Array): UbjsonValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = new TextDecoder("utf-8", { fatal: false })
  let at = 0

  function fail(expected: string, came: string): never {
    throw new Corrupt("readUbjson", `${expected} at byte ${at}`, came, "Save the model again; the file is damaged or of another kind.")
  }
  function need(count: number): void {
    if (!(count >= 0 && at + count <= bytes.length)) fail(`${count} more bytes`, `${bytes.length - at} before the end`)
  }
  function marker(): string {
    need(1)
    return String.fromCharCode(bytes[at++]!)
  }
  function number(type: string): number {
    const kind = numbers[type]
    if (kind === undefined) return fail("a number", JSON.stringify(type))
    need(kind.bytes)
    const value = kind.read(view, at)
    at += kind.bytes
    return value
  }
  function length(): number {
    const count = number(marker())
    if (!(Number.isInteger(count) && count >= 0 && count <= bytes.length)) fail("a length within the file", String(count))
    return count
  }
  function string(): string {
    const count = length()
    need(count)
    at += count
    return text.decode(bytes.subarray(at - count, at))
  }
  /** Type and count that may stand at a container's head. */
  function head(): { type?: string; count?: number } {
    if (peek() === "$") {
      at++
      const type = marker()
      if (marker() !== "#") fail("# after a type", "another marker")
      return { type, count: length() }
    }
    if (peek() !== "#") return {}
    at++
    return { count: length() }
  }
  function peek(): string {
    need(1)
    return String.fromCharCode(bytes[at]!)
  }
  function array(depth: number): UbjsonArray {
    const { type, count } = head()
    if (type !== undefined && type in numbers) {
      need(count! * numbers[type]!.bytes)
      return Float64Array.from({ length: count! }, () => number(type))
    }
    const values: UbjsonValue[] = []
    if (count !== undefined) while (values.length < count) values.push(value(type ?? marker(), depth))
    else {
      while (peek() !== "]") values.push(value(marker(), depth))
      at++
    }
    return values
  }
  function object(depth: number): UbjsonValue {
    const { type, count } = head()
    const found: [string, UbjsonValue][] = []
    const one = () => found.push([string(), value(type ?? marker(), depth)])
    if (count !== undefined) while (found.length < count) one()
    else {
      while (peek() !== "}") one()
      at++
    }
    return Object.fromEntries(found)
  }
  function value(type: string, depth: number): UbjsonValue {
    if (depth > DEEPEST) fail(`at most ${DEEPEST} containers in each other`, "more")
    if (type in numbers) return number(type)
    if (type === "{") return object(depth + 1)
    if (type === "[") return array(depth + 1)
    if (type === "S") return string()
    if (type === "C") return marker()
    if (type === "H") return Number(string())
    if (type === "T" || type === "F") return type === "T"
    if (type === "Z") return null
    if (type === "N") return value(marker(), depth)
    at--
    return fail("a value", JSON.stringify(type))
  }

  return value(marker(), 0)
}
