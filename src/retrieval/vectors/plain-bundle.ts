import { type BundleArray, type BundleReader, type BundleWriter, NotFound } from "../../core/index.ts"

/** What a part saved, by path, as data that can be sent between threads. */
export interface PlainParts {
  readonly values: Map<string, unknown>
  readonly arrays: Map<string, BundleArray>
}

/** A bundle in memory that travels: arrays are kept, not copied. */
export class PlainBundle implements BundleWriter, BundleReader {
  readonly parts: PlainParts
  readonly #folder: string

  constructor(parts: PlainParts = { values: new Map(), arrays: new Map() }, folder = "") {
    this.parts = parts
    this.#folder = folder
  }

  json(name: string): unknown
  json(name: string, value: unknown): void
  json(name: string, ...value: readonly [] | readonly [unknown]): unknown {
    if (value.length === 1) return this.parts.values.set(this.#folder + name, value[0])
    return this.#found(this.parts.values, name)
  }

  array(name: string): BundleArray
  array(name: string, values: BundleArray): void
  array(name: string, values?: BundleArray): BundleArray {
    if (values !== undefined) this.parts.arrays.set(this.#folder + name, values)
    return values ?? this.#found(this.parts.arrays, name)
  }

  child(name: string): PlainBundle {
    return new PlainBundle(this.parts, `${this.#folder}${name}/`)
  }

  has(name: string): boolean {
    return this.names().includes(name)
  }

  names(): readonly string[] {
    const paths = [...this.parts.values.keys(), ...this.parts.arrays.keys()].filter((path) => path.startsWith(this.#folder))
    return [...new Set(paths.map((path) => path.slice(this.#folder.length).split("/")[0]!))].sort()
  }

  /** Memory of the arrays that can move to another thread, each once. */
  buffers(): ArrayBuffer[] {
    return [...new Set([...this.parts.arrays.values()].map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer))]
  }

  #found<T>(from: ReadonlyMap<string, T>, name: string): T {
    const path = this.#folder + name
    if (!from.has(path)) throw new NotFound("vector index", `a part among ${this.names().join(", ")}`, name, "Build the index again.")
    return from.get(path)!
  }
}
