import type { Value } from "../../core/index.ts"
import { type Inspection, isPlainObject, refuse, refuseSize, take } from "./inspection.ts"
import { EVENT_LIMITS } from "./limits.ts"

const { idLength, textLength, listLength } = EVENT_LIMITS

/** An id or short name: text of 1 to 256 characters without control characters or halves of a surrogate pair. `""` when refused. */
export function requiredId(inspection: Inspection, value: unknown, path: string): string {
  if (typeof value === "string" && value.length > 0 && value.length <= idLength) {
    if (isClean(value)) return value
    refuse(inspection, path, "text that is the same in UTF-8, without control characters", value, "Encode the id, such as in base64url.")
  } else if (typeof value === "number") {
    refuse(inspection, path, "an id as text", value, `Send it as "${value}".`)
  } else if (typeof value === "string" && value.length > idLength) {
    refuseSize(inspection, path, `at most ${idLength} characters`, `${value.length}`, "Send a hash of it.")
  } else {
    refuse(inspection, path, `text of 1 to ${idLength} characters`, value, "Give the id.")
  }
  return ""
}

/** Like {@link requiredId}; absent and null are the same. */
export function optionalId(inspection: Inspection, value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : requiredId(inspection, value, path)
}

/** A finite number of at least `least`; absent and null are the same. */
export function optionalNumber(inspection: Inspection, value: unknown, path: string, least = -Infinity, whole = false): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === "number" && Number.isFinite(value) && value >= least && !(whole && !Number.isInteger(value))) return value
  const kind = whole ? "a whole number" : "a finite number"
  refuse(inspection, path, least === -Infinity ? kind : `${kind} of at least ${least}`, value, "Send a number, or leave it out.")
  return undefined
}

/** Text of a bounded length; absent and null are the same. */
export function optionalText(inspection: Inspection, value: unknown, path: string, longest: number): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== "string") return refuse(inspection, path, "text", value, "Send a string, or leave it out.")
  if (value.length > longest) return refuseSize(inspection, path, `at most ${longest} characters`, `${value.length}`, "Cut it.")
  take(inspection, value.length)
  return value
}

/** True when `value` may be the value of a field: text, finite number, boolean, null, list of texts or list of numbers, each of a bounded size. */
export function isValue(inspection: Inspection, value: unknown, path: string): value is Value {
  switch (typeof value) {
    case "string":
      if (value.length <= textLength) return take(inspection, value.length)
      refuseSize(
        inspection,
        path,
        `at most ${textLength} characters`,
        `${value.length}`,
        "Keep long texts elsewhere and send what matters.",
      )
      return false
    case "number":
      if (Number.isFinite(value)) return take(inspection, 8)
      break
    case "boolean":
      return true
    case "object":
      if (value === null) return true
      if (Array.isArray(value)) return isList(inspection, value, path)
      refuse(inspection, path, "a flat value", value, "Spread the object over several fields, such as price_amount and price_currency.")
      return false
  }
  refuse(inspection, path, "text, a finite number, a boolean, null or a list of texts or numbers", value, "Send one of these.")
  return false
}

function isList(inspection: Inspection, list: readonly unknown[], path: string): boolean {
  if (list.length > listLength) {
    refuseSize(inspection, path, `a list of at most ${listLength}`, `${list.length}`, "Send the entries that matter.")
    return false
  }
  const numbers = typeof list[0] === "number"
  let size = 0
  for (let i = 0; i < list.length; i++) {
    const entry = list[i]
    if (numbers ? !(typeof entry === "number" && Number.isFinite(entry)) : typeof entry !== "string") {
      refuse(
        inspection,
        `${path}[${i}]`,
        numbers ? "a finite number, as the entries before it" : "text",
        entry,
        "Send a list of texts or a list of finite numbers.",
      )
      return false
    }
    size += numbers ? 8 : (entry as string).length
  }
  return take(inspection, size)
}

/** True when `value` is bounded JSON: what an unknown property may hold. */
export function isJson(inspection: Inspection, value: unknown, path: string, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return isValue(inspection, value, path)
  if (depth >= 8) {
    refuse(inspection, path, "at most 8 levels of nesting", value, "Flatten it.")
    return false
  }
  if (Array.isArray(value)) {
    return take(inspection, 8 * value.length) && value.every((entry, i) => isJson(inspection, entry, `${path}[${i}]`, depth + 1))
  }
  if (!isPlainObject(value)) {
    refuse(inspection, path, "JSON", value, "Send plain objects.")
    return false
  }
  return Object.entries(value).every(
    ([key, entry]) =>
      isKey(inspection, key, path) && take(inspection, key.length) && isJson(inspection, entry, `${path}.${key}`, depth + 1),
  )
}

/** True when a property may be kept under this name. `__proto__` would reach into every object of the program. */
export function isKey(inspection: Inspection, key: string, path: string): boolean {
  if (key !== "__proto__" && key.length > 0 && key.length <= idLength) return true
  refuse(inspection, path, `names of 1 to ${idLength} characters other than __proto__`, key, "Rename it.")
  return false
}

function isClean(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === 127) return false
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = code < 0xdc00 ? text.charCodeAt(i + 1) : 0
      if (!(next >= 0xdc00 && next <= 0xdfff)) return false
      i++
    }
  }
  return true
}
