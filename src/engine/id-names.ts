import { createIdTable, type IdTable } from "../core/index.ts"
import type { KeyValue } from "../storage/index.ts"

/** Names of one collection that one value holds. */
const CHUNK = 4096

/**
 * The tenant's ids, kept beside the log: names in chunks of a few thousand under `ids/<collection>/<first dense id>`.
 *
 * The log alone would give the same ids again; the chunks spare replaying it from the beginning. Flush them before the state that uses them.
 */
export async function restoreIds(values: KeyValue): Promise<{ readonly ids: IdTable; flush(): Promise<void> }> {
  const ids = createIdTable()
  const written = new Map<string, number>()
  for await (const [key, value] of values.range({ prefix: "ids/" })) {
    const collection = decodeURIComponent(key.split("/")[1]!)
    const names = JSON.parse(new TextDecoder().decode(value)) as string[]
    ids.restore(collection, names)
    written.set(collection, (written.get(collection) ?? 0) + names.length)
  }
  const flushCollection = async (collection: string) => {
    const from = written.get(collection) ?? 0
    const size = ids.collection(collection).size
    if (size === from) return
    let start = from - (from % CHUNK)
    const pending = [...ids.exportNames(collection, start)].slice(0, size - start)
    for (; pending.length > 0; start += CHUNK) {
      const key = `ids/${encodeURIComponent(collection)}/${String(start).padStart(12, "0")}`
      await values.put(key, new TextEncoder().encode(JSON.stringify(pending.splice(0, CHUNK))))
    }
    written.set(collection, size)
  }
  return {
    ids,
    async flush() {
      for (const collection of ids.collections) await flushCollection(collection)
    },
  }
}
