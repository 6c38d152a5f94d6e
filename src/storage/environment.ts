import { mkdir, statfs } from "node:fs/promises"
import { setImmediate as nextTurn } from "node:timers/promises"
import type { Database, RootDatabase } from "lmdb"
import { Corrupt, TrommelError, Unavailable } from "../core/index.ts"
import { loadLmdb } from "./native.ts"

/** One LMDB file. Every commit is on disk before its promise resolves; readers of other processes see it from then on. */
export interface Environment {
  readonly readOnly: boolean
  /** A named table of bytes; `bytes` keys sort bytewise, `ordered` ones are numbers, strings or arrays of them. */
  table<K extends Key>(name: string, keys?: "ordered" | "bytes"): Table<K>
  /** Runs puts and removes as one transaction; resolves when it is on disk. @throws {@link Unavailable} on a full disk or I/O error: nothing of it happened */
  commit(action: () => void): Promise<void>
  /** Runs at once with the write lock of all processes held: for what must be read and decided without anybody between. */
  exclusive<T>(action: () => T): T
  /** The next read sees everything committed until now. */
  refresh(): void
  /** Closes and opens again, so that pages read so far are no longer in this process's memory. Nothing else may read meanwhile; commits wait. */
  trim(): Promise<void>
  close(): Promise<void>
}

export type Key = number | string | (number | string)[] | Uint8Array
/** A table of an environment; good until that is closed, whatever is trimmed. */
export type Table<K extends Key = Key> = Pick<Database<Buffer, K>, "get" | "getRange" | "getKeys" | "put" | "putSync" | "remove">

/** Opens or makes the environment in a folder. */
export async function openEnvironment(path: string, readOnly: boolean): Promise<Environment> {
  const { open } = await loadLmdb()
  await mkdir(path, { recursive: true }).catch((cause) => {
    throw ioError("storage", cause)
  })
  const openRoot = (): RootDatabase<Buffer, Key> => {
    try {
      // Without overlapping syncs a commit's promise means that the disk has it. Every write is batched by hand: the automatic batch of an event
      // turn has a promise of its own that nobody could catch when a commit fails.
      return open({ path, readOnly, encoding: "binary", overlappingSync: false, eventTurnBatching: false, maxDbs: 16, maxReaders: 512 })
    } catch (cause) {
      throw ioError("storage", cause)
    }
  }
  let root = openRoot()
  let reopening: Promise<void> | undefined
  const opened: (() => void)[] = []
  return {
    readOnly,
    table<K extends Key>(name: string, keys: "ordered" | "bytes" = "ordered"): Table<K> {
      const openTable = () =>
        root.openDB<Buffer, K>({ name, encoding: "binary", keyEncoding: keys === "bytes" ? "binary" : "ordered-binary" })
      let database = openTable()
      opened.push(() => {
        database = openTable()
      })
      return {
        get: (key) => database.get(key),
        getRange: (options) => database.getRange(options),
        getKeys: (options) => database.getKeys(options),
        put: ((key: K, value: Buffer) => database.put(key, value)) as Table<K>["put"],
        putSync: ((key: K, value: Buffer) => database.putSync(key, value)) as Table<K>["putSync"],
        remove: ((key: K) => database.remove(key)) as Table<K>["remove"],
      }
    },
    async commit(action) {
      if (reopening !== undefined) await reopening
      try {
        await root.batch(action)
      } catch (cause) {
        throw await commitError(path, cause)
      }
    },
    exclusive(action) {
      try {
        return root.transactionSync(action)
      } catch (cause) {
        throw ioError("storage", cause)
      }
    },
    refresh: () => root.resetReadTxn(),
    trim() {
      reopening ??= (async () => {
        await root.close()
        root = openRoot()
        for (const again of opened) again()
      })().finally(() => {
        reopening = undefined
      })
      return reopening
    },
    close: () => root.close(),
  }
}

/** Less room than this beside an I/O error means that the disk is full: the database cannot tell the two apart. */
const FULL_BYTES = 4 * 2 ** 20

/** Why a commit failed. The database tells it in a promise of its own, which settles right after. */
async function commitError(path: string, cause: unknown): Promise<TrommelError> {
  const told =
    cause instanceof Error && "commitError" in cause ? Promise.resolve(cause.commitError).catch((error: unknown) => error) : cause
  const inner = (await Promise.race([told, nextTurn()])) ?? cause
  const disk = await statfs(path).catch(() => undefined)
  const full = disk !== undefined && disk.bavail * disk.bsize < FULL_BYTES
  return ioError("storage", full && !(inner instanceof TrommelError) ? Object.assign(new Error("disk full"), { code: "ENOSPC" }) : inner)
}

/** A failure of disk or database as one of ours; what already is one stays. */
export function ioError(where: string, cause: unknown): TrommelError {
  if (cause instanceof TrommelError) return cause
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  const text = cause instanceof Error ? cause.message.replace(/(['"`]?)\/\S*\1/g, "(path)") : "an unknown failure"
  if (code === "ENOSPC" || code === "EDQUOT" || /no space|disk full|quota/i.test(text)) {
    return new Unavailable(where, "room on the disk", "a full disk", "Free some space and send it again: nothing was half written.")
  }
  if (/CORRUPT|not an LMDB|INVALID|PAGE_NOTFOUND/i.test(text)) {
    return new Corrupt(where, "a database as it was written", text, "Restore the store from a backup.")
  }
  return new Unavailable(where, "the disk to work", text || code, "Look at the disk and its permissions, then try again.")
}
