import { createIdTable, type IdTable } from "../core/index.ts"
import type { KeyValue } from "../storage/index.ts"

/** The ids of a tenant and their chunks. */
export interface StoredIds {
  readonly ids: IdTable
  /** Reads the names that another process stored since; only while this one has given out none. */
  refresh(): Promise<void>
  /** Makes every name so far durable. */
  flush(): Promise<void>
}

/** Names of one collection that one value holds: a millisecond or two. */
const CHUNK = 4096
/** The key of the collections' names, in the order of their numbers. */
const ORDER = "id-collections"

/**
 * The tenant's ids, kept beside the log: names in chunks of a few thousand under `ids/<collection>/<first dense id>`.
 *
 * The log alone would give the same ids again; the chunks spare replaying it from the beginning. Flush them before the state that uses them.
 */
export async function restoreIds(values: KeyValue): Promise<StoredIds> {
  const ids = createIdTable()
  const written = new Map<string, number>()
  let numbered = 0
  const restore = async () => {
    // Collections are numbered as they come, and state may hold the numbers.
    const order = await values.get(ORDER)
    const collections = order === undefined ? [] : (JSON.parse(new TextDecoder().decode(order)) as string[])
    for (const name of collections) ids.collection(name)
    numbered = collections.length
    for await (const [key, value] of values.range({ prefix: "ids/" })) {
      const [, encoded, start] = key.split("/")
      const collection = decodeURIComponent(encoded!)
      const names = JSON.parse(new TextDecoder().decode(value)) as string[]
      ids.restore(collection, names.slice(Math.max(0, (written.get(collection) ?? 0) - Number(start))))
      written.set(collection, ids.collection(collection).size)
    }
  }
  await restore()
  const flushCollection = async (collection: string) => {
    const from = written.get(collection) ?? 0
    const own = ids.collection(collection)
    const { size } = own
    if (size === from) return
    for (let start = from - (from % CHUNK); start < size; start += CHUNK) {
      // A chunk at a time, so that many new names are not read in one go.
      const names = Array.from({ length: Math.min(CHUNK, size - start) }, (_, at) => own.name(start + at))
      const key = `ids/${encodeURIComponent(collection)}/${String(start).padStart(12, "0")}`
      await values.put(key, new TextEncoder().encode(JSON.stringify(names)))
    }
    written.set(collection, size)
  }
  return {
    ids,
    refresh: restore,
    async flush() {
      const order = ids.collections
      if (order.length !== numbered) await values.put(ORDER, new TextEncoder().encode(JSON.stringify(order)))
      numbered = order.length
      for (const collection of ids.collections) await flushCollection(collection)
    },
  }
}
