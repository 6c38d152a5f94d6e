import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { BundleArray, BundleReader, BundleWriter } from "../../src/core/index.ts"

const types = { Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array }

/** A bundle as files of a folder, so that a built index is there for the next run of a benchmark. */
export function diskBundle(folder: string): BundleWriter & BundleReader {
  mkdirSync(folder, { recursive: true })
  const at = (name: string) => join(folder, name)
  function json(name: string): unknown
  function json(name: string, value: unknown): void
  function json(name: string, ...value: [] | [unknown]): unknown {
    if (value.length === 1) return writeFileSync(at(`${name}.json`), JSON.stringify(value[0]))
    return JSON.parse(readFileSync(at(`${name}.json`), "utf8")) as unknown
  }
  function array(name: string): BundleArray
  function array(name: string, value: BundleArray): void
  function array(name: string, value?: BundleArray): BundleArray | undefined {
    if (value !== undefined) {
      json(`${name}.type`, value.constructor.name)
      writeFileSync(at(name), new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      return undefined
    }
    const bytes = readFileSync(at(name))
    const copy = new Uint8Array(bytes.length)
    copy.set(bytes)
    return new types[json(`${name}.type`) as keyof typeof types](copy.buffer)
  }
  return { json, array, child: (name) => diskBundle(at(name)), has: (name) => existsSync(at(name)), names: () => [] }
}
