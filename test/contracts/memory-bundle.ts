import { type BundleArray, type BundleReader, type BundleWriter, unknownName } from "../../src/core/index.ts"

/** A bundle held in memory: what a part saves can be read back, compared and counted, without files. */
export interface MemoryBundle {
  readonly writer: BundleWriter
  readonly reader: BundleReader
  /** Every value by its path: JSON as text, arrays as their type and bytes; equal bundles give equal maps. */
  bytes(): ReadonlyMap<string, string>
}

/** An empty bundle in memory. JSON goes through text and arrays are copied, as on disk. */
export function memoryBundle(): MemoryBundle {
  const texts = new Map<string, string>()
  const arrays = new Map<string, BundleArray>()
  const children = new Map<string, MemoryBundle>()
  const known = () => [...texts.keys(), ...arrays.keys(), ...children.keys()]
  const childOf = (name: string) => {
    const found = children.get(name) ?? memoryBundle()
    children.set(name, found)
    return found
  }
  return {
    writer: {
      json: (name, value) => void texts.set(name, JSON.stringify(value)),
      array: (name, values) => void arrays.set(name, values.slice()),
      child: (name) => childOf(name).writer,
    },
    reader: {
      has: (name) => known().includes(name),
      json(name) {
        const text = texts.get(name)
        if (text === undefined) throw unknownName("bundle", "JSON value", name, texts.keys())
        return JSON.parse(text) as unknown
      },
      array(name) {
        const values = arrays.get(name)
        if (values === undefined) throw unknownName("bundle", "array", name, arrays.keys())
        return values.slice()
      },
      child(name) {
        const found = children.get(name)
        if (found === undefined) throw unknownName("bundle", "child", name, children.keys())
        return found.reader
      },
      names: known,
    },
    bytes() {
      const all = new Map(texts)
      for (const [name, values] of arrays) {
        const view = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        all.set(name, `${values.constructor.name} ${Array.from(view, (byte) => byte.toString(16).padStart(2, "0")).join("")}`)
      }
      for (const [name, child] of children) for (const [path, text] of child.bytes()) all.set(`${name}/${path}`, text)
      return all
    },
  }
}
