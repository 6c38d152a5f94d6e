import { checkKey } from "./keys.ts"
import type { KeyValue } from "./ports.ts"

/** Key-value pairs in a `Map`; ranges sort its keys. */
export function memoryValues(): KeyValue {
  const values = new Map<string, Uint8Array>()
  return {
    async get(key) {
      const value = values.get(checkKey(key))
      return value === undefined ? undefined : new Uint8Array(value)
    },
    async put(key, value) {
      values.set(checkKey(key), new Uint8Array(value))
    },
    async delete(key) {
      values.delete(checkKey(key))
    },
    async *range({ prefix, after, limit = Number.POSITIVE_INFINITY, reverse = false }) {
      const past = (key: string) => after === undefined || (reverse ? key < after : key > after)
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix) && past(key)).sort()
      let left = limit
      for (const key of reverse ? keys.reverse() : keys) {
        const value = values.get(key)
        if (value === undefined) continue
        if (left-- <= 0) return
        yield [key, new Uint8Array(value)] as const
      }
    },
  }
}
