import {
  float32,
  InvalidArgument,
  type KernelCall,
  type KernelJob,
  type KernelSeat,
  type KernelThread,
  type NeighbourTable,
  openKernel,
  openSharedKernel,
  uint32,
} from "../core/index.ts"
import { BoardColumns } from "./board-columns.ts"
import { columnsOf, type Desk, deskOf, type Kernel, MOST_BESIDE, putEntries, type TablePart, type VectorPart } from "./board-parts.ts"
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
  /** Where {@link ScoreBoard.beside} scores. */
  readonly thread?: KernelThread
}

/** What a part is to score, on which board, and how many of the best are wanted. */
export interface Wanted {
  /** Name of a table or of vectors. */
  readonly part: string
  /** A history, or a vector for the part's vectors. */
  readonly by: { readonly history: Uint32Array } | { readonly vector: ArrayLike<number> }
  readonly board: number
  readonly k: number
  /** Items left out of the best. */
  readonly skip: Uint32Array
}

/** Vectors of items: row-major `rows`, shape `[n, width]` with `n <= items`. Kept as whole numbers of a byte, 127 the largest of each row. */
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
/** Up to so many columns a table's entry takes 4 bytes and its weight is rounded to 8 bits of mantissa; past it 8 bytes. */
const PACKED_COLUMNS = 65_536
/** Requests that the thread scores at once; others are scored by the one who asks. */
const DESKS = 8
/** Items that {@link ScoreBoard.strongest} looks at in one call: their number fits a byte. */
const MOST_WANTED = 255

/**
 * Scores every item for a history or a vector, and finds the best: the hot part of a request, in the memory of a kernel.
 *
 * Scores lie on numbered boards of `items` numbers. Synchronous; nothing is allocated but answers. Memory: 4 bytes a table entry up to 65,536 columns, 8 beyond; 1 a
 * vector's number, 4 an item and board. Products are off by some thousandths of the lengths of their vectors.
 */
export class ScoreBoard {
  readonly items: number
  readonly boards: number
  readonly #run: Kernel
  readonly #arena: KernelJob<Kernel>["arena"]
  readonly #longest: number
  readonly #tables = new Map<string, TablePart>()
  readonly #vectors = new Map<string, VectorPart>()
  readonly #boards: readonly number[]
  /** The columns of what was last written on each board. */
  readonly #filled: BoardColumns[]
  readonly #seat: KernelSeat | undefined
  readonly #desks: Desk[]
  readonly #at: {
    readonly history: number
    readonly aside: number
    readonly heap: number
    readonly histogram: number
    readonly slots: number
    readonly causes: number
    readonly vector: number
    readonly rounded: number
  }
  // Views of the whole memory: nothing is added after the constructor, so they stay good.
  readonly #u32: Uint32Array
  readonly #f32: Float32Array
  readonly #i8: Int8Array

  /** @throws {@link InvalidArgument} on a part of another size, {@link TooLarge} past the cap */
  static async open(parts: ScoreBoardParts): Promise<ScoreBoard> {
    const { thread, capBytes = CAP_BYTES } = parts
    // Shared memory takes its largest size in addresses at once, which not every machine gives: then there is no thread.
    const job = thread && (await openSharedKernel<Kernel>("scores-shared", capBytes).catch(() => undefined))
    if (job === undefined) return new ScoreBoard(parts, await openKernel<Kernel>("scores", capBytes))
    return new ScoreBoard(parts, job, thread!.join(job))
  }

  private constructor(parts: ScoreBoardParts, { run, arena }: Omit<KernelJob<Kernel>, "again">, seat?: KernelSeat) {
    const { items, tables = {}, vectors = {}, longest } = parts
    this.items = items
    this.#run = run
    this.#arena = arena
    this.#longest = longest
    for (const [name, table] of Object.entries(tables)) {
      if (table.rows > items || table.cols > items) throw badSize(name, items, `${table.rows} x ${table.cols}`)
      const offsets = arena.put(`${name}.offsets`, "u32", table.offsets)
      const columns = columnsOf(table)
      const packed = columns.size <= PACKED_COLUMNS
      const entries = putEntries(arena, `${name}.entries`, table, columns, packed)
      this.#tables.set(name, { columns, held: [offsets, entries, table.rows, Number(packed)] })
    }
    let widest = 8
    for (const [name, part] of Object.entries(vectors)) {
      const rows = part.rows.length / part.width
      if (!Number.isInteger(rows) || rows > items) throw badSize(name, items, `${rows}`)
      const room = Math.min(items, rows + (part.room ?? 0))
      const width = Math.ceil(part.width / 8) * 8
      widest = Math.max(widest, width)
      const address = arena.add(`${name}.rows`, "i8", room * width)
      const scales = arena.add(`${name}.scales`, "f32", room)
      const shares = arena.add(`${name}.shares`, "f32", room)
      const weights = new Float32Array(room).fill(1)
      weights.set(part.weights ?? [])
      const columns = part.items === undefined ? BoardColumns.first(rows, room) : BoardColumns.some(part.items, items, room)
      this.#vectors.set(name, { columns, address, scales, shares, weights, width, given: part.width })
    }
    this.boards = parts.boards ?? BOARDS_A_PART * Math.max(1, this.#tables.size + this.#vectors.size)
    this.#boards = Array.from({ length: this.boards }, (_, board) => arena.add(`board ${board}`, "f32", Math.ceil(items / 4) * 4))
    this.#filled = Array.from({ length: this.boards }, () => BoardColumns.first(0))
    this.#at = {
      history: arena.add("history", "u32", longest),
      aside: arena.add("aside", "f32", longest),
      heap: arena.add("heap", "u32", 2 * items),
      histogram: arena.add("histogram", "u32", 2048),
      slots: arena.add("slots", "u8", items),
      causes: arena.add("causes", "u32", 2 * MOST_WANTED),
      vector: arena.add("vector", "f32", widest),
      rounded: arena.add("rounded", "i16", widest),
    }
    this.#seat = seat
    const partCount = this.#tables.size + this.#vectors.size
    this.#desks = Array.from({ length: seat === undefined ? 0 : DESKS }, (_, desk) => deskOf(arena, desk, { partCount, longest, widest }))
    this.#u32 = new Uint32Array(arena.memory.buffer)
    this.#f32 = new Float32Array(arena.memory.buffer)
    this.#i8 = new Int8Array(arena.memory.buffer)
    for (const [name, { rows, width }] of Object.entries(vectors)) {
      const part = this.#vectors.get(name)!
      for (let row = 0; row < part.columns.size; row++) this.#putVector(part, row, rows.subarray(row * width, (row + 1) * width))
    }
  }

  /** Bytes of the kernel's memory. */
  get bytes(): number {
    return [...this.#tables.values(), ...this.#vectors.values()].reduce((sum, { columns }) => sum + columns.bytes, this.#arena.usedBytes)
  }

  /**
   * The entry of the history whose row of a table speaks most for each of a few items: its place, -1 where none has a weight above 0.
   * @param wanted - dense ids, at most 255; shape as the answer
   */
  strongest(name: string, history: Uint32Array, wanted: Uint32Array): Int32Array {
    const { held, columns } = this.#part(this.#tables, name)
    const { slots, causes } = this.#at
    const most = Math.min(wanted.length, MOST_WANTED)
    const u8 = new Uint8Array(this.#u32.buffer)
    const mark = (i: number, value: number) => {
      const column = columns.of(wanted[i]!)
      if (column >= 0) u8[slots + column] = value
    }
    for (let i = 0; i < most; i++) mark(i, i + 1)
    this.#u32.fill(0, causes >> 2, (causes >> 2) + 2 * MOST_WANTED)
    this.#run.strongest(...held, this.#at.history, this.#putAt(this.#at.history, history), slots, causes, causes + 4 * MOST_WANTED)
    for (let i = 0; i < most; i++) mark(i, 0)
    return Int32Array.from(wanted, (_, i) => (i < most ? this.#u32[(causes >> 2) + i]! - 1 : -1))
  }

  /**
   * Board = sum of the history's rows of a table.
   * @param history - dense ids, each once; unknown ids add nothing; those past the longest history are left out
   */
  sum(name: string, history: Uint32Array, board: number): void {
    const { held, columns } = this.#part(this.#tables, name)
    this.#filled[board] = columns
    this.#run.sumRows(...held, this.#at.history, this.#putAt(this.#at.history, history), this.#boards[board]!, columns.size)
  }

  /** Board = product of a vector, shape `[width]`, with every item's vector, times the item's weight; 0 for items without one. */
  project(name: string, vector: ArrayLike<number>, board: number): void {
    const part = this.#part(this.#vectors, name)
    this.#putVectorAt(this.#at.vector, vector, { name, ...part })
    this.#multiply(part, board)
  }

  /**
   * Board = product of the direction of a history with every item's vector, times the item's weight. The direction is the sum of the history's vectors,
   * each divided by its weight.
   * @param history - dense ids; those without a vector or without weight add nothing, nor do those past the longest history
   * @throws {@link InvalidArgument} for a part whose rows belong to named items
   */
  projectHistory(name: string, history: Uint32Array, board: number): void {
    const part = this.#part(this.#vectors, name)
    if (!part.columns.isPlain)
      throw new InvalidArgument(`ScoreBoard ${name}`, "vectors of the first items", "vectors of some", "Give a vector.")
    const { address, width, shares, columns } = part
    this.#run.direction(address, width, shares, columns.size, this.#at.history, this.#putAt(this.#at.history, history), this.#at.vector)
    this.#multiply(part, board)
  }

  #multiply({ address, scales, columns, width }: VectorPart, board: number): void {
    this.#filled[board] = columns
    this.#run.project(address, width, scales, this.#at.vector, this.#at.rounded, this.#boards[board]!, columns.size)
  }

  /**
   * Scores several parts on the board's thread, each on its board, and finds the best of each that score above 0, as {@link sum}, {@link project},
   * {@link projectHistory} and {@link best} would. Boards and vectors must be left alone meanwhile.
   * @returns undefined when there is no thread, it has much to do or too many are wanted: nothing was done; the promise answers undefined when the thread
   * ended on the way
   */
  beside(wanted: readonly Wanted[]): Promise<readonly Scored[] | undefined> | undefined {
    const desk = this.#seat === undefined || wanted.some(({ k }) => k > MOST_BESIDE) ? undefined : this.#desks.pop()
    if (desk === undefined) return undefined
    const tops: number[] = []
    const calls: KernelCall[] = []
    for (const [at, one] of wanted.entries()) {
      this.#scoring(one, desk, at, calls)
      tops.push(calls.length - 1)
    }
    const done = this.#seat!.run(calls)
    if (done === undefined) {
      this.#desks.push(desk)
      return undefined
    }
    return done.then((answers) => {
      this.#desks.push(desk)
      return answers && wanted.map(({ board }, at) => this.#found(desk.parts[at]!.heap, answers[tops[at]!]!, this.#filled[board]!))
    })
  }

  /** The calls that score one part at a desk, and find its best. */
  #scoring({ part: name, by, board, k, skip }: Wanted, desk: Desk, at: number, calls: KernelCall[]): void {
    const { history, skip: skipped, heap, vector, rounded } = desk.parts[at]!
    const out = this.#boards[board]!
    const table = this.#tables.get(name)
    const columns = (table ?? this.#part(this.#vectors, name)).columns
    this.#filled[board] = columns
    if (table !== undefined && "history" in by) {
      calls.push(["sumRows", ...table.held, history, this.#putAt(history, by.history), out, columns.size])
    } else {
      const { address, scales, shares, width, given } = this.#part(this.#vectors, name)
      if ("history" in by)
        calls.push(["direction", address, width, shares, columns.size, history, this.#putAt(history, by.history), vector])
      else this.#putVectorAt(vector, by.vector, { name, given, width })
      calls.push(["project", address, width, scales, vector, rounded, out, columns.size])
    }
    const count = columns.isPlain ? this.#putAt(skipped, skip) : this.#putColumns(skipped, skip, columns)
    calls.push(["top", out, columns.size, skipped, count, desk.aside, 0, Math.min(k, columns.size), heap, desk.histogram])
  }

  /**
   * Replaces an item's vector, or gives it one; the next product reads it, and one under way on the thread may read half of it. An item for which there is
   * no room stays without.
   * @param vector - shape `[width]` of the part as it was given
   * @returns whether there was room
   */
  setVector(name: string, item: number, vector: ArrayLike<number>): boolean {
    const part = this.#part(this.#vectors, name)
    if (vector.length !== part.given) throw badSize(`${name}: vector`, part.given, String(vector.length))
    const column = item >= 0 && item < this.items ? part.columns.give(item) : -1
    if (column < 0) return false
    this.#putVector(part, column, vector)
    return true
  }

  /** Rounds a vector into its row. */
  #putVector({ address, scales, shares, weights, width }: VectorPart, row: number, vector: ArrayLike<number>): void {
    let most = 0
    for (let d = 0; d < vector.length; d++) most = Math.max(most, Math.abs(vector[d]!))
    const step = most / 127
    for (let d = 0; d < vector.length; d++) this.#i8[address + row * width + d] = step > 0 ? Math.round(vector[d]! / step) : 0
    this.#f32[(scales >> 2) + row] = step * weights[row]!
    this.#f32[(shares >> 2) + row] = weights[row]! > 0 ? step / weights[row]! : 0
  }

  /** The scores of all items on a board, shape `[items]`, 0 for those that what filled it does not know; a copy. */
  scores(board: number): Float32Array {
    return this.read(
      board,
      Uint32Array.from({ length: this.items }, (_, item) => item),
    )
  }

  /** The scores of some items on a board, 0 for unknown ones; written to `out`, which has room for them. */
  read(board: number, items: Uint32Array, out: Float32Array = float32(items.length)): Float32Array {
    const start = this.#boards[board]! >> 2
    const columns = this.#filled[board]!
    for (let at = 0; at < items.length; at++) {
      const column = columns.of(items[at]!)
      out[at] = column < 0 ? 0 : this.#f32[start + column]!
    }
    return out
  }

  /** The `k` best items of a board with a score above `above` (0 or more), those of `skip` left out. */
  best(board: number, k: number, { skip, above = 0 }: { readonly skip?: Uint32Array; readonly above?: number } = {}): Scored {
    const { history, aside, heap, histogram } = this.#at
    const columns = this.#filled[board]!
    const skipped = skip === undefined ? 0 : columns.isPlain ? this.#putAt(history, skip) : this.#putColumns(history, skip, columns)
    const most = Math.min(k, columns.size)
    const found = this.#run.top(this.#boards[board]!, columns.size, history, skipped, aside, above, most, heap, histogram)
    return this.#found(heap, found, columns)
  }

  /** What the kernel found, by item. */
  #found(heap: number, found: number, columns: BoardColumns): Scored {
    const ids = uint32(found)
    const scores = float32(found)
    for (let at = 0; at < found; at++) {
      ids[at] = columns.itemAt(~this.#u32[(heap >> 2) + 2 * at]! >>> 0)
      scores[at] = this.#f32[(heap >> 2) + 2 * at + 1]!
    }
    return { ids, scores }
  }

  /** Copies a list of items to an address; says how many. */
  #putAt(address: number, items: Uint32Array): number {
    const list = items.length > this.#longest ? items.subarray(0, this.#longest) : items
    this.#u32.set(list, address >> 2)
    return list.length
  }

  /** Copies a vector to an address, filled up with zeros. */
  #putVectorAt(
    address: number,
    vector: ArrayLike<number>,
    { name, given, width }: { readonly name: string; readonly given: number; readonly width: number },
  ): void {
    if (vector.length !== given) throw badSize(`${name}: vector`, given, String(vector.length))
    const start = address >> 2
    this.#f32.fill(0, start, start + width)
    this.#f32.set(vector, start)
  }

  /** Copies the columns of a list of items that have one. */
  #putColumns(address: number, items: Uint32Array, columns: BoardColumns): number {
    const start = address >> 2
    let count = 0
    for (let at = 0; at < items.length && count < this.#longest; at++) {
      const column = columns.of(items[at]!)
      if (column >= 0) this.#u32[start + count++] = column
    }
    return count
  }

  #part<Part>(parts: ReadonlyMap<string, Part>, name: string): Part {
    const part = parts.get(name)
    if (part === undefined) throw new InvalidArgument("ScoreBoard", `a part among ${[...parts.keys()].join(", ")}`, name, "Check the name.")
    return part
  }
}

function badSize(name: string, expected: number, came: string): InvalidArgument {
  return new InvalidArgument(`ScoreBoard ${name}`, `a size of ${expected}`, came, "Give every part the same items.")
}
