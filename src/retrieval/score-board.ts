import { float32, InvalidArgument, type KernelFunctions, type KernelJob, type NeighbourTable, openKernel, uint32 } from "../core/index.ts"
import type { Scored } from "./scored.ts"

/** What {@link ScoreBoard} scores with. Every part speaks of the same items, `0 .. items - 1`. */
export interface ScoreBoardParts {
  readonly items: number
  /** Item-to-item weights by name; a history's score is the sum of its rows. Shape of each at most `[items, items]`. */
  readonly tables?: Readonly<Record<string, NeighbourTable>>
  /** Item vectors by name. */
  readonly vectors?: Readonly<Record<string, ScoredVectors>>
  /** Longest history, and most items to skip or to find. */
  readonly longest: number
  /** Boards of scores kept side by side, one a part and request under way; default 4 a part. */
  readonly boards?: number
  /** Most bytes, default 2 GiB. */
  readonly capBytes?: number
}

/** Vectors of items: row-major `rows`, shape `[n, width]` with `n <= items`. */
export interface ScoredVectors {
  readonly rows: Float32Array
  readonly width: number
  /** What each product is multiplied by, shape `[n]`; 1 without. */
  readonly weights?: Float32Array
  /** The item of each row, shape `[n]`; the first `n` items without. Others score 0. */
  readonly items?: Uint32Array
  /** Rows beyond the last that {@link ScoreBoard.setVector} may give to items; 0 without. */
  readonly room?: number
}

/** Requests whose scores are kept at once, for each part. */
const BOARDS_A_PART = 4
const CAP_BYTES = 2 ** 31
/** Up to so many items a table's entry takes 4 bytes and its weight is rounded to 8 bits of mantissa; past it 8 bytes. */
const PACKED_ITEMS = 65_536
/** Items that {@link ScoreBoard.strongest} looks at in one call: their number fits a byte. */
const MOST_WANTED = 255

interface Kernel extends KernelFunctions {
  sumRows(...held: number[]): number
  strongest(...held: number[]): number
  direction(...held: number[]): number
  project(...held: number[]): number
  top(...held: number[]): number
}

/**
 * Scores every item for a history or a vector, and finds the best: the hot part of a request, in the memory of a kernel.
 *
 * Scores lie on numbered boards of `items` numbers. Synchronous; nothing is allocated but answers. Memory: 4 bytes a table entry up to 65,536 items, 8 beyond; 4 a
 * vector's number, 4 an item and board.
 */
export class ScoreBoard {
  readonly items: number
  readonly boards: number
  readonly #run: Kernel
  readonly #arena: KernelJob<Kernel>["arena"]
  readonly #longest: number
  readonly #tables = new Map<string, { readonly held: readonly [number, number, number, number] }>()
  readonly #vectors = new Map<string, VectorPart>()
  readonly #boards: readonly number[]
  readonly #at: {
    readonly history: number
    readonly aside: number
    readonly heap: number
    readonly histogram: number
    readonly slots: number
    readonly causes: number
    readonly vector: number
  }
  // Views of the whole memory: nothing is added after the constructor, so they stay good.
  readonly #u32: Uint32Array
  readonly #f32: Float32Array

  /** @throws {@link InvalidArgument} on a part of another size, {@link TooLarge} past the cap */
  static async open(parts: ScoreBoardParts): Promise<ScoreBoard> {
    return new ScoreBoard(parts, await openKernel<Kernel>("scores", parts.capBytes ?? CAP_BYTES))
  }

  private constructor(parts: ScoreBoardParts, { run, arena }: KernelJob<Kernel>) {
    const { items, tables = {}, vectors = {}, longest } = parts
    const packed = items <= PACKED_ITEMS
    this.items = items
    this.#run = run
    this.#arena = arena
    this.#longest = longest
    for (const [name, table] of Object.entries(tables)) {
      if (table.rows > items || table.cols > items) throw badSize(name, items, `${table.rows} x ${table.cols}`)
      const offsets = arena.put(`${name}.offsets`, "u32", table.offsets)
      this.#tables.set(name, { held: [offsets, putEntries(arena, `${name}.entries`, table, packed), table.rows, Number(packed)] })
    }
    let widest = 4
    for (const [name, part] of Object.entries(vectors)) {
      const rows = part.rows.length / part.width
      if (!Number.isInteger(rows) || rows > items) throw badSize(name, items, `${rows}`)
      const room = Math.min(items, rows + (part.room ?? 0))
      const width = Math.ceil(part.width / 4) * 4
      widest = Math.max(widest, width)
      const address = arena.add(`${name}.rows`, "f32", room * width)
      const view = arena.view(`${name}.rows`, "f32")
      for (let row = 0; row < rows; row++) view.set(part.rows.subarray(row * part.width, (row + 1) * part.width), row * width)
      const weights = arena.add(`${name}.weights`, "f32", room)
      arena
        .view(`${name}.weights`, "f32")
        .fill(1)
        .set(part.weights ?? [])
      const places = part.items === undefined ? 0 : arena.add(`${name}.items`, "u32", room)
      if (part.items !== undefined) arena.view(`${name}.items`, "u32").set(part.items)
      this.#vectors.set(name, {
        address,
        weights,
        used: rows,
        room,
        width,
        given: part.width,
        places,
        rowOf: part.items === undefined ? undefined : new Map(Array.from(part.items, (item, row) => [item, row])),
      })
    }
    this.boards = parts.boards ?? BOARDS_A_PART * Math.max(1, this.#tables.size + this.#vectors.size)
    this.#boards = Array.from({ length: this.boards }, (_, board) => arena.add(`board ${board}`, "f32", Math.ceil(items / 4) * 4))
    this.#at = {
      history: arena.add("history", "u32", longest),
      aside: arena.add("aside", "f32", longest),
      heap: arena.add("heap", "u32", 2 * items),
      histogram: arena.add("histogram", "u32", 2048),
      slots: arena.add("slots", "u8", items),
      causes: arena.add("causes", "u32", 2 * MOST_WANTED),
      vector: arena.add("vector", "f32", widest),
    }
    this.#u32 = new Uint32Array(arena.memory.buffer)
    this.#f32 = new Float32Array(arena.memory.buffer)
  }

  /** Bytes of the kernel's memory. */
  get bytes(): number {
    return this.#arena.usedBytes
  }

  /**
   * The entry of the history whose row of a table speaks most for each of a few items: its place, -1 where none has a weight above 0.
   * @param wanted - dense ids, at most 255; shape as the answer
   */
  strongest(name: string, history: Uint32Array, wanted: Uint32Array): Int32Array {
    const { held } = this.#part(this.#tables, name)
    const { slots, causes } = this.#at
    const most = Math.min(wanted.length, MOST_WANTED)
    const u8 = new Uint8Array(this.#u32.buffer)
    for (let i = 0; i < most; i++) if (wanted[i]! < this.items) u8[slots + wanted[i]!] = i + 1
    this.#u32.fill(0, causes >> 2, (causes >> 2) + 2 * MOST_WANTED)
    this.#run.strongest(...held, this.#at.history, this.#put(history), slots, causes, causes + 4 * MOST_WANTED)
    for (let i = 0; i < most; i++) if (wanted[i]! < this.items) u8[slots + wanted[i]!] = 0
    return Int32Array.from(wanted, (_, i) => (i < most ? this.#u32[(causes >> 2) + i]! - 1 : -1))
  }

  /**
   * Board = sum of the history's rows of a table.
   * @param history - dense ids, each once; unknown ids add nothing; those past the longest history are left out
   */
  sum(name: string, history: Uint32Array, board: number): void {
    const { held } = this.#part(this.#tables, name)
    this.#run.sumRows(...held, this.#at.history, this.#put(history), this.#boards[board]!, this.items)
  }

  /** Board = product of a vector, shape `[width]`, with every item's vector, times the item's weight; 0 for items without one. */
  project(name: string, vector: ArrayLike<number>, board: number): void {
    const part = this.#part(this.#vectors, name)
    const { width, given } = part
    if (vector.length !== given) throw badSize(`${name}: vector`, given, String(vector.length))
    const start = this.#at.vector >> 2
    this.#f32.fill(0, start, start + width)
    this.#f32.set(vector, start)
    this.#multiply(part, board)
  }

  /**
   * Board = product of the direction of a history with every item's vector, times the item's weight. The direction is the sum of the history's rows, each
   * divided by its weight.
   * @param history - dense ids; those without a vector or without weight add nothing, nor do those past the longest history
   * @throws {@link InvalidArgument} for a part whose rows belong to named items
   */
  projectHistory(name: string, history: Uint32Array, board: number): void {
    const part = this.#part(this.#vectors, name)
    if (part.places !== 0)
      throw new InvalidArgument(`ScoreBoard ${name}`, "vectors of the first items", "vectors of some", "Give a vector.")
    const { address, width, weights, used } = part
    this.#run.direction(address, width, weights, used, this.#at.history, this.#put(history), this.#at.vector)
    this.#multiply(part, board)
  }

  #multiply({ address, weights, used: rows, width, places }: VectorPart, board: number): void {
    const out = this.#boards[board]!
    this.#f32.fill(0, (out >> 2) + (places === 0 ? rows : 0), (out >> 2) + this.items)
    this.#run.project(address, width, weights, this.#at.vector, out, rows, places)
  }

  /**
   * Replaces an item's vector, or gives it one; the next product reads it. An item for which there is no room stays without.
   * @param vector - shape `[width]` of the part as it was given
   * @returns whether there was room
   */
  setVector(name: string, item: number, vector: ArrayLike<number>): boolean {
    const part = this.#part(this.#vectors, name)
    if (vector.length !== part.given) throw badSize(`${name}: vector`, part.given, String(vector.length))
    if (!(item >= 0 && item < this.items)) return false
    const row = part.rowOf === undefined ? item : (part.rowOf.get(item) ?? part.used)
    if (row >= part.room) return false
    if (part.rowOf !== undefined && row === part.used) {
      part.rowOf.set(item, row)
      this.#u32[(part.places >> 2) + row] = item
    }
    part.used = Math.max(part.used, row + 1)
    this.#f32.set(vector, (part.address >> 2) + row * part.width)
    return true
  }

  /** The scores on a board, shape `[items]`: a view that the next request to use the board overwrites. */
  scores(board: number): Float32Array {
    const start = this.#boards[board]! >> 2
    return this.#f32.subarray(start, start + this.items)
  }

  /** The score of one item on a board, 0 for an unknown item. */
  at(board: number, item: number): number {
    return item < this.items ? this.#f32[(this.#boards[board]! >> 2) + item]! : 0
  }

  /** The `k` best items of a board with a score above `above` (0 or more), those of `skip` left out. */
  best(board: number, k: number, { skip, above = 0 }: { readonly skip?: Uint32Array; readonly above?: number } = {}): Scored {
    const { history, aside, heap, histogram } = this.#at
    const skipped = skip === undefined ? 0 : this.#put(skip)
    const most = Math.min(k, this.items)
    const found = this.#run.top(this.#boards[board]!, this.items, history, skipped, aside, above, most, heap, histogram)
    const ids = uint32(found)
    const scores = float32(found)
    for (let at = 0; at < found; at++) {
      ids[at] = ~this.#u32[(heap >> 2) + 2 * at]!
      scores[at] = this.#f32[(heap >> 2) + 2 * at + 1]!
    }
    return { ids, scores }
  }

  /** Copies a list of items to the kernel; says how many. */
  #put(items: Uint32Array): number {
    const list = items.length > this.#longest ? items.subarray(0, this.#longest) : items
    this.#u32.set(list, this.#at.history >> 2)
    return list.length
  }

  #part<Part>(parts: ReadonlyMap<string, Part>, name: string): Part {
    const part = parts.get(name)
    if (part === undefined) throw new InvalidArgument("ScoreBoard", `a part among ${[...parts.keys()].join(", ")}`, name, "Check the name.")
    return part
  }
}

interface VectorPart {
  readonly address: number
  readonly weights: number
  /** Rows filled, and rows there is room for. */
  used: number
  readonly room: number
  /** Numbers a row in memory: whole vectors of four. */
  readonly width: number
  readonly given: number
  /** Address of the items of the rows, 0 when they are the first; and the row of each item then. */
  readonly places: number
  readonly rowOf: Map<number, number> | undefined
}

/** Lays out a table's entries as the kernel reads them; see kernels/scores.ts. */
function putEntries(arena: KernelJob<Kernel>["arena"], name: string, { indices, values }: NeighbourTable, packed: boolean): number {
  const address = arena.add(name, "u32", indices.length * (packed ? 1 : 2))
  const entries = arena.view(name, "u32")
  const bits = new Uint32Array(1)
  const number = new Float32Array(bits.buffer)
  for (let at = 0; at < indices.length; at++) {
    number[0] = values[at]!
    if (packed) entries[at] = (((bits[0]! + 0x8000) & 0xffff0000) | indices[at]!) >>> 0
    else {
      entries[2 * at] = indices[at]!
      entries[2 * at + 1] = bits[0]!
    }
  }
  return address
}

function badSize(name: string, expected: number, came: string): InvalidArgument {
  return new InvalidArgument(`ScoreBoard ${name}`, `a size of ${expected}`, came, "Give every part the same items.")
}
