import { readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Corrupt } from "../core/index.ts"
import { ifThere, names, writeWhole } from "./files.ts"
import { checkHash, noBlob, sha256 } from "./memory-blobs.ts"
import type { Blobs } from "./ports.ts"

/** Blobs as files by hash in two levels of folders (`ab/cd/abcd...`), written whole or not at all, verified whenever they are read. */
export function fileBlobs(folder: string): Blobs {
  const path = (hash: string) => join(folder, checkHash(hash).slice(0, 2), hash.slice(2, 4), hash)
  const has = async (hash: string) => (await ifThere(stat(path(hash)))) !== undefined
  return {
    has,
    async put(bytes) {
      const hash = sha256(bytes)
      const kept = await ifThere(stat(path(hash)))
      // A file of another length is a damaged one: putting the bytes again repairs it.
      if (kept?.size !== bytes.length) await writeWhole(path(hash), bytes)
      return hash
    },
    async get(hash) {
      const bytes = await ifThere(readFile(path(hash)))
      if (bytes === undefined) throw noBlob(hash)
      const came = sha256(bytes)
      if (came !== hash)
        throw new Corrupt("blob", `bytes with the hash ${hash}`, came, "Put the bytes again, or restore them from a backup.")
      return bytes
    },
    async delete(hash) {
      await ifThere(rm(path(hash), { force: true }))
    },
    async *list() {
      for (const first of await names(folder)) {
        for (const second of await names(join(folder, first))) {
          for (const hash of await names(join(folder, first, second))) {
            const found = await ifThere(stat(join(folder, first, second, hash)))
            if (found !== undefined) yield { hash, bytes: found.size }
          }
        }
      }
    },
  }
}
