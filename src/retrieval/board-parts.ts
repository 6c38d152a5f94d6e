import type { KernelFunctions, KernelJob, NeighbourTable } from "../core/index.ts"
import { BoardColumns } from "./board-columns.ts"

// How the parts of a score board lie in the memory of its kernel.

/** The best of a part that a thread finds, at most. */
export const MOST_BESIDE = 256
/** Share of the items from which on a table has a column for each of them. */
const NEARLY_ALL = 0.8

/** What kernels/scores.ts exports. */
export interface Kernel extends KernelFunctions {
  sumRows(...held: number[]): number
  strongest(...held: number[]): number
  direction(...held: number[]): number
  project(...held: number[]): number
  top(...held: number[]): number
}

/** Room for one run of the thread, apart from what the other thread uses: addresses. */
export interface Desk {
  readonly aside: number
  readonly histogram: number
  readonly parts: readonly {
    readonly history: number
    readonly skip: number
    readonly heap: number
    readonly vector: number
    readonly rounded: number
  }[]
}

export function deskOf(
  arena: KernelJob<Kernel>["arena"],
  desk: number,
  { partCount, longest, widest }: { readonly partCount: number; readonly longest: number; readonly widest: number },
): Desk {
  const named = (what: string) => `desk ${desk} ${what}`
  return {
    aside: arena.add(named("aside"), "f32", longest),
    histogram: arena.add(named("histogram"), "u32", 2048),
    parts: Array.from({ length: partCount }, (_, part) => ({
      history: arena.add(named(`history ${part}`), "u32", longest),
      skip: arena.add(named(`skip ${part}`), "u32", longest),
      heap: arena.add(named(`heap ${part}`), "u32", 2 * MOST_BESIDE),
      vector: arena.add(named(`vector ${part}`), "f32", widest),
      rounded: arena.add(named(`rounded ${part}`), "i16", widest),
    })),
  }
}

export interface TablePart {
  readonly columns: BoardColumns
  /** Offsets, entries, rows and whether entries are packed, as the kernel takes them. */
  readonly held: readonly [number, number, number, number]
}

export interface VectorPart {
  readonly columns: BoardColumns
  readonly address: number
  /** Of each row, what its products are multiplied by, and what it counts in the direction of a history: addresses. */
  readonly scales: number
  readonly shares: number
  readonly weights: Float32Array
  /** Numbers a row in memory: whole eights. */
  readonly width: number
  readonly given: number
}

/** A column for each item that a table has a weight for; one for every item where that is nearly the same. */
export function columnsOf({ cols, indices }: NeighbourTable): BoardColumns {
  const isThere = new Uint8Array(cols)
  for (const item of indices) isThere[item] = 1
  const items = Uint32Array.from(isThere.keys()).filter((item) => isThere[item] === 1)
  return items.length > cols * NEARLY_ALL ? BoardColumns.first(cols) : BoardColumns.some(items, cols)
}

/** Lays out a table's entries as the kernel reads them; see kernels/scores.ts. */
export function putEntries(
  arena: KernelJob<Kernel>["arena"],
  name: string,
  { indices, values }: NeighbourTable,
  columns: BoardColumns,
  packed: boolean,
): number {
  const address = arena.add(name, "u32", indices.length * (packed ? 1 : 2))
  const entries = arena.view(name, "u32")
  const bits = new Uint32Array(1)
  const number = new Float32Array(bits.buffer)
  for (let at = 0; at < indices.length; at++) {
    number[0] = values[at]!
    const column = columns.of(indices[at]!)
    if (packed) entries[at] = (((bits[0]! + 0x8000) & 0xffff0000) | column) >>> 0
    else {
      entries[2 * at] = column
      entries[2 * at + 1] = bits[0]!
    }
  }
  return address
}
