import { Conflict } from "../core/index.ts"
import type { Environment } from "./environment.ts"
import { checkKey } from "./keys.ts"
import type { KeyValue } from "./ports.ts"

/** Entries fetched at a time, so that a slow reader of a range holds no snapshot. */
const PAGE = 256

/**
 * Key-value pairs in LMDB. Keys are stored as big-endian UTF-16, whose bytes sort as code units do.
 *
 * Changes of one turn of the event loop are one transaction: they land, or fail, together.
 */
export function lmdbValues(environment: Environment): KeyValue {
  const table = environment.table<Uint8Array>("values", "bytes")
  const writable = () => {
    if (!environment.readOnly) return
    throw new Conflict("key-value", "the writing process", "one that only reads", "Write through the server that has this store open.")
  }
  let waiting: (() => void)[] = []
  let landing: Promise<void> | undefined
  const change = (action: () => void): Promise<void> => {
    waiting.push(action)
    landing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const actions = waiting
      waiting = []
      landing = undefined
      return environment.commit(() => {
        for (const one of actions) one()
      })
    })
    return landing
  }
  return {
    async get(key) {
      environment.refresh()
      return table.get(keyBytes(checkKey(key)))
    },
    async put(key, value) {
      writable()
      const bytes = keyBytes(checkKey(key))
      const copy = Buffer.from(value)
      await change(() => void table.put(bytes, copy))
    },
    async delete(key) {
      writable()
      const bytes = keyBytes(checkKey(key))
      await change(() => void table.remove(bytes))
    },
    async *range({ prefix, after, limit = Number.POSITIVE_INFINITY, reverse = false }) {
      const lowest = keyBytes(prefix)
      let from = edge(lowest, after === undefined ? undefined : keyBytes(after), reverse)
      for (let left = limit; left > 0; ) {
        environment.refresh()
        const count = Math.min(left, PAGE)
        const page = [...table.getRange({ ...from, reverse, limit: count })]
        for (const { key, value } of page) {
          const text = keyText(key)
          if (!text.startsWith(prefix)) return
          yield [text, value] as const
        }
        if (page.length < count) return
        left -= count
        from = { start: Buffer.from(page.at(-1)!.key), exclusiveStart: true }
      }
    },
  }
}

/** Sorts after every key: none is longer. */
const LAST = Buffer.alloc(1960, 0xff)

/** Where a range begins: past `after` when that lies inside, else at the lowest (or, reversed, the highest) key with the prefix. */
function edge(lowest: Buffer, after: Buffer | undefined, reverse: boolean): { readonly start?: Buffer; readonly exclusiveStart?: boolean } {
  const highest = Buffer.concat([lowest, LAST]).subarray(0, LAST.length)
  const inside = after !== undefined && after.length > 0 && (reverse ? after.compare(highest) < 0 : after.compare(lowest) >= 0)
  if (inside) return { start: after, exclusiveStart: true }
  if (reverse) return { start: highest }
  return lowest.length === 0 ? {} : { start: lowest }
}

function keyBytes(key: string): Buffer {
  return Buffer.from(key, "utf16le").swap16()
}

function keyText(bytes: Uint8Array): string {
  return Buffer.from(bytes).swap16().toString("utf16le")
}
