const SLAB_NUMBERS = 8192
/** Numbers in a block at most (unless one row is longer): with its keys it then fits one page of the database. */
const BLOCK_NUMBERS = 480

/** The largest power of two of rows that hold at most `numbers`, at least 1 row. */
const rowShift = (numbers: number, stride: number) => Math.max(0, Math.floor(Math.log2(Math.max(1, numbers / stride))))

/** Buffers of a slab that are kept during a checkpoint for the blocks to come. */
const MOST_SPARE = 256

/** Bytes at the start of an image that its store may use. */
export const IMAGE_HEAD = 8

/** The bytes of one block: {@link IMAGE_HEAD} free bytes, `rows` keys (key + 1, 0 = free row) as 32-bit numbers padded to 8 bytes, then `rows * stride` numbers. */
export interface BlockImage {
  readonly block: number
  readonly bytes: Buffer
}

/**
 * Rows of `stride` numbers in slabs, with free rows reused, and with blocks of rows as the unit that a checkpoint writes.
 *
 * A checkpoint begins in constant time: the blocks changed so far become pending, and later changes count for the next one. A pending block
 * that is about to change is copied first, so what is written is the state at the moment the checkpoint began.
 */
export class Slab {
  readonly stride: number
  readonly #slabShift: number
  readonly #blockShift: number
  #slabs: Float64Array[] = []
  /** Key + 1 of every row, by slab; 0 = free. */
  #keys: Uint32Array[] = []
  #rows = 0
  #free: number[] = []
  /** The epoch of the last change by block, by slab; 0 = written. */
  #changed: Uint32Array[] = []
  #epoch = 1
  #dirty: number[] = []
  #pending: number[] = []
  #written = 0
  #before = new Map<number, Buffer>()
  #aligned: Uint8Array | undefined
  #spare: Buffer[] = []

  constructor(stride: number) {
    this.stride = stride
    this.#slabShift = rowShift(SLAB_NUMBERS, stride)
    this.#blockShift = Math.min(this.#slabShift, rowShift(BLOCK_NUMBERS, stride))
  }

  /** Memory of rows, keys and block marks, in bytes. */
  get bytes(): number {
    const slab = (this.stride * 8 + 4) << this.#slabShift
    return this.#slabs.length * (slab + (4 << (this.#slabShift - this.#blockShift))) + this.#free.length * 8
  }

  page(row: number): Float64Array {
    return this.#slabs[row >> this.#slabShift]!
  }

  offset(row: number): number {
    return (row & ((1 << this.#slabShift) - 1)) * this.stride
  }

  /** A zeroed row for the key, marked as changed. */
  allocate(key: number): number {
    const row = this.#free.pop() ?? this.#rows++
    if (row >> this.#slabShift === this.#slabs.length) this.#grow()
    this.mark(row)
    this.#keys[row >> this.#slabShift]![row & ((1 << this.#slabShift) - 1)] = key + 1
    return row
  }

  /** Zeroes the row and keeps it for reuse. */
  release(row: number): void {
    this.mark(row)
    this.#keys[row >> this.#slabShift]![row & ((1 << this.#slabShift) - 1)] = 0
    const start = this.offset(row)
    this.page(row).fill(0, start, start + this.stride)
    this.#free.push(row)
  }

  /** Call before changing a row: its block will be part of the next checkpoint. */
  mark(row: number): void {
    const changed = this.#changed[row >> this.#slabShift]!
    const place = (row & ((1 << this.#slabShift) - 1)) >> this.#blockShift
    const epoch = changed[place]!
    if (epoch === this.#epoch) return
    const block = row >> this.#blockShift
    if (epoch !== 0) this.#before.set(block, this.#image(block))
    changed[place] = this.#epoch
    this.#dirty.push(block)
  }

  #grow(): void {
    this.#slabs.push(new Float64Array(this.stride << this.#slabShift))
    this.#keys.push(new Uint32Array(1 << this.#slabShift))
    this.#changed.push(new Uint32Array(1 << (this.#slabShift - this.#blockShift)))
  }

  /** Begins a checkpoint of everything changed since the last one; blocks of one that was not finished are included. */
  begin(): void {
    this.abandon()
    this.#pending = this.#dirty
    this.#dirty = []
    this.#written = 0
    this.#epoch++
  }

  /** Blocks that changed since the checkpoint under way began, and are held as they were until it takes them. */
  get copies(): number {
    return this.#before.size
  }

  /** Blocks of the checkpoint under way that are not yet taken. */
  get remaining(): number {
    return this.#pending.length - this.#written
  }

  /** The next block of the checkpoint as it was when that began. */
  take(): BlockImage {
    const block = this.#pending[this.#written++]!
    const kept = this.#before.get(block)
    if (kept !== undefined) {
      this.#before.delete(block)
      return { block, bytes: kept }
    }
    const bytes = this.#image(block)
    this.#setEpoch(block, 0)
    return { block, bytes }
  }

  /** Takes back the bytes of a block that was taken, for others to come: a checkpoint of thousands of blocks then allocates a few. */
  reuse(bytes: Buffer): void {
    if (this.#spare.length < MOST_SPARE && bytes.length === this.imageBytes) this.#spare.push(bytes)
  }

  /** The checkpoint is on disk. */
  finish(): void {
    this.#spare = []
    this.#pending = []
    this.#written = 0
  }

  /** The checkpoint failed: its blocks belong to the next one. */
  abandon(): void {
    for (const block of this.#pending) {
      if (this.#epochOf(block) === this.#epoch) continue
      this.#setEpoch(block, this.#epoch)
      this.#dirty.push(block)
    }
    this.#before.clear()
    this.finish()
  }

  #epochOf(block: number): number {
    const shift = this.#slabShift - this.#blockShift
    return this.#changed[block >> shift]![block & ((1 << shift) - 1)]!
  }

  #setEpoch(block: number, epoch: number): void {
    const shift = this.#slabShift - this.#blockShift
    this.#changed[block >> shift]![block & ((1 << shift) - 1)] = epoch
  }

  #image(block: number): Buffer {
    const rows = 1 << this.#blockShift
    const first = block << this.#blockShift
    const at = first & ((1 << this.#slabShift) - 1)
    const head = this.#numbersAt
    const bytes = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.imageBytes)
    bytes.fill(0, 0, head)
    new Uint32Array(bytes.buffer, IMAGE_HEAD, rows).set(this.#keys[first >> this.#slabShift]!.subarray(at, at + rows))
    new Float64Array(bytes.buffer, head).set(this.page(first).subarray(at * this.stride, (at + rows) * this.stride))
    return bytes
  }

  /** Bytes that an image of a block has. */
  get imageBytes(): number {
    return this.#numbersAt + ((this.stride * 8) << this.#blockShift)
  }

  /** Where the numbers begin in an image. */
  get #numbersAt(): number {
    return IMAGE_HEAD + (((4 << this.#blockShift) + 7) & ~7)
  }

  /** Restores a block, ascending blocks only; tells `onRow` every row in use. */
  restore({ block, bytes }: BlockImage, onRow: (key: number, row: number) => void): void {
    const rows = 1 << this.#blockShift
    const first = block << this.#blockShift
    while (first >> this.#slabShift >= this.#slabs.length) this.#grow()
    const head = this.#numbersAt
    const at = first & ((1 << this.#slabShift) - 1)
    // A copy, because a buffer of the database starts anywhere; one for all blocks, as hundreds of thousands would outlive their use.
    this.#aligned ??= new Uint8Array(this.imageBytes)
    this.#aligned.set(bytes)
    const keys = new Uint32Array(this.#aligned.buffer, IMAGE_HEAD, rows)
    this.#keys[first >> this.#slabShift]!.set(keys, at)
    this.page(first).set(new Float64Array(this.#aligned.buffer, head), at * this.stride)
    for (; this.#rows < first; this.#rows++) this.#free.push(this.#rows)
    for (let r = 0; r < rows; r++) {
      if (keys[r] !== 0) onRow(keys[r]! - 1, first + r)
      else this.#free.push(first + r)
    }
    this.#rows = first + rows
  }
}
