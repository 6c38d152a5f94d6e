import { fingerprintHex } from "../core/index.ts"
import type { KeyValue } from "../storage/index.ts"
import { decodePage, expiryOf, type StoredPage } from "./stored-page.ts"

/** Whose or what's page it is: a person's, by the name the fold knows, or an item's. */
export interface PageKey {
  readonly system: string
  readonly placement: string
  readonly of: "user" | "item"
  readonly name: string
}

/** A page on its way into the store, encoded. */
export interface PageRow {
  readonly key: PageKey
  readonly bytes: Uint8Array
}

const PREFIX = "page"

/** Pages ranked ahead, by person or item, in the key-value part of a store. One process writes, many read. */
export class StoredPages {
  readonly #values: KeyValue
  constructor(values: KeyValue) {
    this.#values = values
  }

  /** The page, unless there is none or its time is over. @throws {@link Corrupt} */
  async get(key: PageKey, nowMs: number): Promise<StoredPage | undefined> {
    const bytes = await this.#values.get(keyOf(key))
    return bytes === undefined || expiryOf(bytes) <= nowMs ? undefined : decodePage(bytes)
  }

  /** Resolves when all are durable. */
  async put(rows: readonly PageRow[]): Promise<void> {
    await Promise.all(rows.map(({ key, bytes }) => this.#values.put(keyOf(key), bytes)))
  }

  /** Deletes every page of these people, of all systems and placements. */
  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) {
      for await (const [key] of this.#values.range({ prefix: ownerPrefix("user", name) })) await this.#values.delete(key)
    }
  }

  /** Deletes what expired, giving way to other work; answers what was deleted and what is left. */
  async sweep(nowMs: number, signal?: AbortSignal): Promise<{ readonly expired: number; readonly pages: number; readonly bytes: number }> {
    let [expired, pages, bytes, looked] = [0, 0, 0, 0]
    for await (const [key, value] of this.#values.range({ prefix: `${PREFIX}/` })) {
      if (signal?.aborted) break
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (expiryOf(value) <= nowMs) {
        await this.#values.delete(key)
        expired++
        continue
      }
      pages++
      bytes += value.length
    }
    return { expired, pages, bytes }
  }
}

/** Bytes of a page's key in the store: its characters have two each. */
export const pageKeyBytes = (key: PageKey): number => 2 * keyOf(key).length

/** Names are hashed: a key has a length that is known, and whatever a name holds cannot reach into another's. */
const ownerPrefix = (of: PageKey["of"], name: string) => `${PREFIX}/${of}/${fingerprintHex(name)}/`

function keyOf({ system, placement, of, name }: PageKey): string {
  return `${ownerPrefix(of, name)}${system}/${placement}`
}
