import { InvalidArgument, TooLarge } from "./errors.ts"
import { mixBytes } from "./hash.ts"

/** Longest id in UTF-8 bytes: two bytes before each id hold its length. */
export const MAX_ID_BYTES = 65_535

const CHUNK = 1 << 20
const FIRST_CHUNK = 1 << 10
/** Addresses are 32 bits: chunk number above, place in the chunk below. */
const MAX_CHUNKS = 4096

/** UTF-8 ids one after another in chunks of 1 MiB, each behind its length; the first chunk grows from 1 KiB, later ones come whole. */
export interface IdArena {
  /** Copies `length` bytes of `from` in and returns their address. */
  add(from: Uint8Array, length: number): number
  equals(address: number, bytes: Uint8Array, length: number): boolean
  text(address: number): string
  readonly bytes: number
}

/** An empty arena. `where` names the collection in errors. */
export function idArena(where: string): IdArena {
  const chunks: Uint8Array[] = [new Uint8Array(FIRST_CHUNK)]
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  let used = 0

  /** Makes room for `needed` bytes in the last chunk; an id never straddles two. */
  function reserve(needed: number): void {
    const last = chunks.length - 1
    if (used + needed <= chunks[last]!.length) return
    if (used + needed <= CHUNK) {
      let size = chunks[last]!.length
      while (size < used + needed) size *= 2
      const grown = new Uint8Array(size)
      grown.set(chunks[last]!)
      chunks[last] = grown
      return
    }
    if (chunks.length === MAX_CHUNKS) {
      throw new TooLarge(where, "at most 4 GiB of ids in a collection", "more", "Split the collection, or shorten its ids.")
    }
    chunks.push(new Uint8Array(CHUNK))
    used = 0
  }

  return {
    add(from, length) {
      reserve(length + 2)
      const chunk = chunks[chunks.length - 1]!
      const address = (chunks.length - 1) * CHUNK + used
      chunk[used] = length & 255
      chunk[used + 1] = length >>> 8
      const start = used + 2
      for (let i = 0; i < length; i++) chunk[start + i] = from[i]!
      used += length + 2
      return address
    },
    equals(address, bytes, length) {
      const chunk = chunks[address >>> 20]!
      const place = address & (CHUNK - 1)
      if (chunk[place]! + chunk[place + 1]! * 256 !== length) return false
      const start = place + 2
      for (let i = 0; i < length; i++) if (chunk[start + i] !== bytes[i]) return false
      return true
    },
    text(address) {
      const chunk = chunks[address >>> 20]!
      const place = address & (CHUNK - 1)
      return decoder.decode(chunk.subarray(place + 2, place + 2 + chunk[place]! + chunk[place + 1]! * 256))
    },
    get bytes() {
      return (chunks.length - 1) * CHUNK + chunks[0]!.length
    },
  }
}

/** Turns ids into UTF-8 in one reused buffer, and hashes them on the way. */
export interface IdEncoder {
  /** Encodes; the result is the byte length, or -1 for a string that is no well-formed id. `bytes` and `hash` then describe it. */
  encode(id: string): number
  readonly bytes: Uint8Array
  readonly hash: number
}

/** Murmur3 over the bytes; ASCII is copied by hand, the rest goes through TextEncoder. */
export function idEncoder(): IdEncoder {
  const bytes = new Uint8Array(MAX_ID_BYTES + 3)
  const encoder = new TextEncoder()
  let hash = 0

  function encodeAny(id: string): number {
    if (!wellFormed(id)) return -1
    const { read, written } = encoder.encodeInto(id, bytes)
    if (read < id.length || written > MAX_ID_BYTES) return -1
    hash = mixBytes(bytes, written, 0, 0xcc9e2d51, 0x1b873593)
    return written
  }

  return {
    bytes,
    get hash() {
      return hash
    },
    encode(id) {
      const length = id.length
      if (length > MAX_ID_BYTES) return -1
      let all = 0
      for (let i = 0; i < length; i++) {
        const code = id.charCodeAt(i)
        bytes[i] = code
        all |= code
      }
      if (all > 127) return encodeAny(id)
      hash = mixBytes(bytes, length, 0, 0xcc9e2d51, 0x1b873593)
      return length
    },
  }
}

/** What `intern` says of a string that `encode` refused. */
export function badId(where: string, id: string): InvalidArgument {
  return new InvalidArgument(
    where,
    `an id of well-formed Unicode, at most ${MAX_ID_BYTES} bytes of UTF-8`,
    wellFormed(id) ? `${id.length} characters` : "half of a surrogate pair",
    "Shorten the id, or repair its encoding.",
  )
}

/** False when half of a surrogate pair stands alone: UTF-8 would merge such strings. */
function wellFormed(id: string): boolean {
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code < 0xd800 || code > 0xdfff) continue
    if (code > 0xdbff) return false
    const next = id.charCodeAt(++i)
    if (!(next >= 0xdc00 && next <= 0xdfff)) return false
  }
  return true
}
