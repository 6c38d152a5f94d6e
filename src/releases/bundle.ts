import { createHash } from "node:crypto"
import { type BundleArray, type BundleReader, type BundleWriter, Conflict, Corrupt, NotFound } from "../core/index.ts"
import type { Blobs } from "../storage/index.ts"

const arrayTypes = { Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array }
type ArrayTypeName = keyof typeof arrayTypes

/** What a bundle's header says of one typed array: its element type, how many, and the blob that holds the bytes (little-endian). */
export interface StoredArray {
  readonly type: ArrayTypeName
  readonly length: number
  readonly blob: string
}

/** The header of a bundle: JSON values and array descriptions by path, `part/child/name`. */
export interface BundleHeader {
  readonly values: Readonly<Record<string, unknown>>
  readonly arrays: Readonly<Record<string, StoredArray>>
}

/**
 * Collects what fitted parts save. `finish` writes every array as a content-addressed blob, so releases that share a part share its bytes.
 *
 * @throws {@link Conflict} when two parts save under one name
 */
export function createBundle(): BundleWriter & { finish(blobs: Blobs): Promise<BundleHeader> } {
  const values = new Map<string, unknown>()
  const arrays = new Map<string, BundleArray>()
  const claim = (path: string) => {
    if (values.has(path) || arrays.has(path))
      throw new Conflict("bundle", "one value a name", `a second ${path}`, "Save it under another name.")
    return path
  }
  const at = (folder: string): BundleWriter => ({
    json: (name, value) => void values.set(claim(folder + name), JSON.parse(JSON.stringify(value))),
    array: (name, content) => void arrays.set(claim(folder + name), content),
    child: (name) => at(`${folder}${name}/`),
  })
  return {
    ...at(""),
    async finish(blobs) {
      const stored: Record<string, StoredArray> = {}
      for (const [path, content] of [...arrays].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
        stored[path] = { type: content.constructor.name as ArrayTypeName, length: content.length, blob: await blobs.put(bytes) }
      }
      return { values: Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))), arrays: stored }
    },
  }
}

/**
 * Reads every array of a bundle into memory, each on its own aligned buffer, and gives what parts load themselves from.
 *
 * @throws {@link Corrupt} when a blob is missing, altered or of the wrong length
 */
export async function readBundle(header: BundleHeader, blobs: Blobs): Promise<BundleReader> {
  const arrays = new Map<string, BundleArray>()
  for (const [path, stored] of Object.entries(header.arrays)) {
    const make = arrayTypes[stored.type]
    const bytes = await blobs.get(stored.blob)
    if (make === undefined || bytes.byteLength !== stored.length * make.BYTES_PER_ELEMENT) {
      throw new Corrupt(
        `release part ${path}`,
        `${stored.length} numbers of ${stored.type}`,
        `${bytes.byteLength} bytes`,
        "Restore the blob or promote another release.",
      )
    }
    if (createHash("sha256").update(bytes).digest("hex") !== stored.blob) {
      throw new Corrupt(
        `release part ${path}`,
        `content ${stored.blob.slice(0, 12)}`,
        "altered bytes",
        "Restore the blob or promote another release.",
      )
    }
    const aligned = new Uint8Array(bytes.byteLength)
    aligned.set(bytes)
    arrays.set(path, new make(aligned.buffer))
  }
  return reader("", new Map(Object.entries(header.values)), arrays)
}

function reader(folder: string, values: ReadonlyMap<string, unknown>, arrays: ReadonlyMap<string, BundleArray>): BundleReader {
  const names = () => {
    const found = new Set<string>()
    for (const path of [...values.keys(), ...arrays.keys()])
      if (path.startsWith(folder)) found.add(path.slice(folder.length).split("/")[0]!)
    return [...found].sort()
  }
  const missing = (name: string) =>
    new NotFound(
      `release part ${folder}${name}`,
      `a name among ${names().join(", ") || "(none)"}`,
      JSON.stringify(name),
      "Train again with this version.",
    )
  return {
    has: (name) => values.has(folder + name) || arrays.has(folder + name),
    json(name) {
      if (!values.has(folder + name)) throw missing(name)
      return values.get(folder + name)
    },
    array(name) {
      const found = arrays.get(folder + name)
      if (found === undefined) throw missing(name)
      return found
    },
    child: (name) => reader(`${folder}${name}/`, values, arrays),
    names,
  }
}
