import { InvalidArgument, TooLarge } from "./errors.ts"
import { type WasmMemory, webAssembly } from "./web-assembly.ts"

const page = 65536
/** SIMD loads run fastest on whole cache lines. */
const alignment = 64
/** What a 32-bit address reaches. */
const most = 65536 * page

const types = {
  u8: Uint8Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const

/** The number types a region can hold. */
export type RegionType = keyof typeof types
type View<T extends RegionType> = InstanceType<(typeof types)[T]>

interface Region {
  readonly type: RegionType
  readonly address: number
  readonly length: number
}

/**
 * The memory of one kernel job, laid out as named regions.
 *
 * `add` may grow the memory, which detaches every typed array made before: ask `view` again after adding, never keep one.
 * Regions start zeroed and on 64-byte lines. The memory is freed when the job is no longer referenced. A shared memory can be handed to other
 * threads; it takes the cap's addresses at once, its bytes as they are used.
 */
export class Arena {
  readonly memory: WasmMemory
  private readonly regions = new Map<string, Region>()
  private readonly name: string
  private readonly capBytes: number
  // Address 0 stays unused, so that it can mean "absent" to a kernel.
  private end = alignment

  constructor(name: string, capBytes: number, isShared = false) {
    this.name = name
    this.capBytes = Math.min(capBytes, most)
    this.memory = new webAssembly.Memory(isShared ? { initial: 1, maximum: Math.ceil(this.capBytes / page), shared: true } : { initial: 1 })
  }

  /** Bytes laid out so far. */
  get usedBytes(): number {
    return this.end
  }

  /** Makes room for so many bytes at once, so that a job that cannot fit is refused before it starts. @throws {@link TooLarge} as {@link add} */
  reserve(bytes: number): void {
    this.grow(roundUp(this.end + bytes, alignment))
  }

  /**
   * Lays out a region of `length` zeros and returns its address.
   * @throws {@link TooLarge} when the memory would pass the cap, naming the bytes it would need
   */
  add(name: string, type: RegionType, length: number): number {
    if (this.regions.has(name)) throw new InvalidArgument(`kernel ${this.name}`, "a new region name", name, "Name each region once.")
    const address = this.end
    const end = roundUp(address + length * types[type].BYTES_PER_ELEMENT, alignment)
    this.grow(end)
    this.end = end
    this.regions.set(name, { type, address, length })
    return address
  }

  private grow(end: number): void {
    if (end > this.capBytes) throw this.tooLarge(end)
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / page)
    if (missing > 0) {
      try {
        this.memory.grow(missing)
      } catch {
        throw this.tooLarge(end)
      }
    }
  }

  /** Lays out a region holding a copy of `values` and returns its address. */
  put(name: string, type: RegionType, values: ArrayLike<number>): number {
    const address = this.add(name, type, values.length)
    this.view(name, type).set(values)
    return address
  }

  has(name: string): boolean {
    return this.regions.has(name)
  }

  /** Where a region begins. */
  address(name: string): number {
    return this.known(name).address
  }

  /** A view of a region, good until the next `add` or `put`. */
  view<T extends RegionType>(name: string, type: T): View<T> {
    const region = this.known(name, type)
    return new types[type](this.memory.buffer, region.address, region.length) as View<T>
  }

  private known(name: string, type?: RegionType): Region {
    const region = this.regions.get(name)
    if (region !== undefined && (type === undefined || region.type === type)) return region
    const known = [...this.regions].map(([key, { type }]) => `${key} (${type})`).join(", ")
    const came = type === undefined ? name : `${name} (${type})`
    throw new InvalidArgument(`kernel ${this.name}`, `a region among ${known}`, came, "Lay it out first.")
  }

  private tooLarge(bytes: number): TooLarge {
    const remedy = "Raise the memory cap or make the data smaller."
    return new TooLarge(`kernel ${this.name}`, `at most ${this.capBytes} bytes of memory`, `a need of ${bytes} bytes`, remedy)
  }
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit
}
