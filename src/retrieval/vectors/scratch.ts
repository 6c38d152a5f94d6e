import type { Arena } from "../../core/index.ts"

/** Working memory of a kernel job by name: asking for more than there was lays out twice as much and leaves the old behind. */
export class Scratch {
  readonly #arena: Arena
  readonly #rooms = new Map<string, { readonly address: number; readonly bytes: number }>()

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /** Where at least `bytes` bytes are; what is in them is not kept when they grow. */
  room(name: string, bytes: number): number {
    const known = this.#rooms.get(name)
    if (known !== undefined && known.bytes >= bytes) return known.address
    const size = Math.max(1024, bytes, (known?.bytes ?? 0) * 2)
    const address = this.#arena.add(`${name} ${size}`, "u8", size)
    this.#rooms.set(name, { address, bytes: size })
    return address
  }
}
