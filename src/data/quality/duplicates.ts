import { columnOf, fingerprint, InvalidArgument, random, type Table } from "../../core/index.ts"
import { cellsOf } from "./cells.ts"

/** Rows that are the same, or nearly. */
export interface Duplicates {
  /** Rows that belong together, ascending, the first of which is kept; by ascending first row. */
  readonly groups: readonly (readonly number[])[]
  /** All but the first of each group, ascending. */
  readonly drop: Uint32Array
  /** All others, ascending. */
  readonly keep: Uint32Array
}

/** Rows with the same values in all columns (or in those named); missing equals missing. */
export function exactDuplicates(table: Table, names: readonly string[] = Object.keys(table.columns)): Duplicates {
  const used = cellsOf({
    rows: table.rows,
    columns: Object.fromEntries(names.map((name) => [name, columnOf(table, name, "exactDuplicates")])),
  })
  const first = new Map<string, number[]>()
  for (let row = 0; row < table.rows; row++) {
    let key = ""
    for (const { values } of used) key += `${values[row]}\u001f`
    const group = first.get(key)
    if (group === undefined) first.set(key, [row])
    else group.push(row)
  }
  return duplicatesOf([...first.values()], table.rows)
}

/** How near duplicates are looked for. */
export interface NearOptions {
  /** Share of shingles in common (Jaccard) from which two are taken for the same; in (0, 1), 0.8 without. */
  readonly threshold?: number
  readonly seed?: number
}

/** Hash functions of a signature. */
const HASHES = 128

/**
 * Things whose sets of shingles are nearly the same: signatures of 128 minimal hashes, cut into bands so that a pair at the threshold shares one
 * with 98 % probability; what shares a band is compared by its whole sets, so nothing is called a duplicate that is not.
 *
 * @param shingles - of each thing, as 32-bit hashes: {@link textShingles} or {@link rowShingles}; things without any are never duplicates
 * @see Broder 1997, doi:10.1109/SEQUEN.1997.666900; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, 3.4
 */
export function nearDuplicates(shingles: readonly Uint32Array[], { threshold = 0.8, seed = 1 }: NearOptions = {}): Duplicates {
  if (!(threshold > 0 && threshold < 1))
    throw new InvalidArgument("nearDuplicates", "a threshold in (0, 1)", String(threshold), "Pass 0.8.")
  const width = bandWidth(threshold)
  const minima = signatures(shingles, seed)
  const parent = Uint32Array.from(shingles, (_, thing) => thing)
  const rootOf = (thing: number) => {
    let root = thing
    while (parent[root] !== root) root = parent[root]!
    while (parent[thing] !== root) [thing, parent[thing]] = [parent[thing]!, root]
    return root
  }
  for (let band = 0; band + width <= HASHES; band += width) {
    const buckets = new Map<string, number[]>()
    for (let thing = 0; thing < shingles.length; thing++) {
      if (shingles[thing]!.length === 0) continue
      const key = minima.subarray(thing * HASHES + band, thing * HASHES + band + width).join()
      const members = buckets.get(key)
      if (members === undefined) {
        buckets.set(key, [thing])
        continue
      }
      // One of each family found so far is enough to compare with, so a bucket of equal things stays cheap.
      const match = members.find((other) => rootOf(other) === rootOf(thing) || similarity(shingles[thing]!, shingles[other]!) >= threshold)
      if (match === undefined) members.push(thing)
      else {
        const [a, b] = [rootOf(match), rootOf(thing)]
        parent[Math.max(a, b)] = Math.min(a, b)
      }
    }
  }
  const groups = new Map<number, number[]>()
  for (let thing = 0; thing < shingles.length; thing++) {
    const root = rootOf(thing)
    const group = groups.get(root)
    if (group === undefined) groups.set(root, [thing])
    else group.push(thing)
  }
  return duplicatesOf([...groups.values()], shingles.length)
}

/** Overlapping pieces of a text, lower case and with runs of anything but letters and digits as one space. @param size - characters a piece */
export function textShingles(text: string, size = 5): Uint32Array {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
  if (plain === "") return new Uint32Array()
  const found = new Set<number>()
  for (let at = 0; at <= Math.max(0, plain.length - size); at++) found.add(hashOf(plain.slice(at, at + size)))
  return Uint32Array.from(found).sort()
}

/**
 * Each row's cells with their columns' names as shingles, so that rows which differ in few cells are near. Numbers count by four digits.
 *
 * @returns one set a row; shape `[rows]`
 */
export function rowShingles(table: Table): Uint32Array[] {
  const sets = Array.from({ length: table.rows }, () => new Set<number>())
  for (const { name, values } of cellsOf(table)) {
    for (let row = 0; row < table.rows; row++) {
      const value = values[row]!
      sets[row]!.add(hashOf(`${name}=${typeof value === "number" ? value.toPrecision(4) : value}`))
    }
  }
  return sets.map((set) => Uint32Array.from(set).sort())
}

/** Share of two sorted sets that is in both: Jaccard similarity. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let [i, j, both] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i]!, b[j]!]
    if (left === right) both++
    if (left <= right) i++
    if (right <= left) j++
  }
  return both / (a.length + b.length - both)
}

/** The most rows of a band at which a pair at the threshold still shares one of the bands with 98 % probability. */
function bandWidth(threshold: number): number {
  let width = 1
  while (1 - (1 - threshold ** (width + 1)) ** Math.floor(HASHES / (width + 1)) >= 0.98) width++
  return width
}

/** The least of each hash over each thing's shingles; shape `[things, HASHES]`. */
function signatures(shingles: readonly Uint32Array[], seed: number): Uint32Array {
  const chance = random(seed).split("nearDuplicates")
  const [factors, shifts] = [new Uint32Array(HASHES), new Uint32Array(HASHES)]
  for (let h = 0; h < HASHES; h++) {
    factors[h] = (chance.integer(2 ** 31) << 1) | 1
    shifts[h] = chance.integer(2 ** 32)
  }
  const minima = new Uint32Array(shingles.length * HASHES).fill(0xffffffff)
  for (const [thing, set] of shingles.entries()) {
    const start = thing * HASHES
    for (const shingle of set) {
      for (let h = 0; h < HASHES; h++) {
        let hash = Math.imul(shingle ^ shifts[h]!, factors[h]!)
        hash = (hash ^ (hash >>> 15)) >>> 0
        if (hash < minima[start + h]!) minima[start + h] = hash
      }
    }
  }
  return minima
}

function duplicatesOf(families: readonly (readonly number[])[], count: number): Duplicates {
  const groups = families.filter((group) => group.length > 1).sort((a, b) => a[0]! - b[0]!)
  const drop = Uint32Array.from(groups.flatMap((group) => group.slice(1))).sort()
  const gone = new Set(drop)
  return { groups, drop, keep: Uint32Array.from({ length: count }, (_, row) => row).filter((row) => !gone.has(row)) }
}

const halves = new Uint32Array(2)
const hashOf = (text: string) => {
  fingerprint(text, halves)
  return halves[0]!
}
