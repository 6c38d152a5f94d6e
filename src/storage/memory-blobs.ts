import { createHash } from "node:crypto"
import { InvalidArgument, NotFound } from "../core/index.ts"
import type { Blobs } from "./ports.ts"

/** The SHA-256 of the bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

/** The hash, if it looks like one. @throws {@link InvalidArgument} otherwise, so that no path can be smuggled in */
export function checkHash(hash: string): string {
  if (/^[0-9a-f]{64}$/.test(hash)) return hash
  throw new InvalidArgument("blob", "64 hexadecimal digits", JSON.stringify(hash), "Use the hash that `put` gave.")
}

export function noBlob(hash: string): NotFound {
  return new NotFound("blob", "a stored hash", hash, "Put the bytes again, or restore them from a backup.")
}

/** Blobs in a `Map`. */
export function memoryBlobs(): Blobs {
  const blobs = new Map<string, Uint8Array>()
  return {
    async put(bytes) {
      const hash = sha256(bytes)
      if (!blobs.has(hash)) blobs.set(hash, new Uint8Array(bytes))
      return hash
    },
    async get(hash) {
      const bytes = blobs.get(checkHash(hash))
      if (bytes === undefined) throw noBlob(hash)
      return new Uint8Array(bytes)
    },
    async has(hash) {
      return blobs.has(checkHash(hash))
    },
    async delete(hash) {
      blobs.delete(checkHash(hash))
    },
    async *list() {
      for (const [hash, bytes] of blobs) yield { hash, bytes: bytes.length }
    },
  }
}
