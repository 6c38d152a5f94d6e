import { type BundleArray, type BundleReader, type BundleWriter, unknownName } from "../core/index.ts"

/** A bundle in memory that is written and then read. */
export function memoryBundle(): BundleWriter & BundleReader {
  const values = new Map<string, unknown>()
  const arrays = new Map<string, BundleArray>()
  const children = new Map<string, BundleWriter & BundleReader>()
  const names = () => [...values.keys(), ...arrays.keys(), ...children.keys()]
  function json(name: string): unknown
  function json(name: string, value: unknown): void
  function json(name: string, ...value: [] | [unknown]): unknown {
    if (value.length === 1) return void values.set(name, JSON.parse(JSON.stringify(value[0])))
    if (!values.has(name)) throw unknownName("bundle", "value", name, names())
    return values.get(name)
  }
  function array(name: string): BundleArray
  function array(name: string, value: BundleArray): void
  function array(name: string, value?: BundleArray): BundleArray | undefined {
    if (value !== undefined) return void arrays.set(name, value.slice() as BundleArray) as undefined
    const found = arrays.get(name)
    if (found === undefined) throw unknownName("bundle", "array", name, names())
    return found
  }
  const child = (name: string) => {
    const known = children.get(name) ?? memoryBundle()
    children.set(name, known)
    return known
  }
  return { json, array, child, names, has: (name) => names().includes(name) }
}

/** Brute force: pairs of id and score in order, best first, equal scores by lower id, the first `k`. */
export function bestOf(scores: Iterable<readonly [number, number]>, k: number): [number, number][] {
  return [...scores]
    .filter(([, score]) => !Number.isNaN(score))
    .map(([id, score]): [number, number] => [id, score])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, k)
}
