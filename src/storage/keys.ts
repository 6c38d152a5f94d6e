import { InvalidArgument } from "../core/index.ts"

/** Characters a key may have: it is stored as UTF-16, and the database takes 1,978 bytes. */
export const MAX_KEY_LENGTH = 980

/** The key, if it may be one. @throws {@link InvalidArgument} when it is empty or too long */
export function checkKey(key: string): string {
  if (key.length > 0 && key.length <= MAX_KEY_LENGTH) return key
  throw new InvalidArgument("key-value", `a key of 1 to ${MAX_KEY_LENGTH} characters`, `${key.length}`, "Hash the long part of the key.")
}

/** A name as one path segment that is safe on every file system; different names give different segments. */
export function pathSegment(name: string): string {
  let segment = ""
  for (const byte of new TextEncoder().encode(name)) {
    const char = String.fromCharCode(byte)
    segment += /[a-z0-9_-]/.test(char) || (char === "." && segment !== "") ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }
  if (segment === "" || segment.length > 200) {
    throw new InvalidArgument("name", "1 to about 200 plain characters", JSON.stringify(name), "Choose a shorter name.")
  }
  return segment
}

/** The name that {@link pathSegment} made a segment of. */
export function segmentName(segment: string): string {
  return decodeURIComponent(segment)
}
