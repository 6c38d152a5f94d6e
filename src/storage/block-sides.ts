/** Which block: its table, the slab there, its number. */
export interface BlockPlace {
  readonly table: string
  readonly slab: number
  readonly block: number
}

/** Sides of one slab's blocks, 1 byte each: 0 = never written, else side + 1. */
interface SlabSides {
  known: Uint8Array
  /** Blocks written by the checkpoint under way. */
  written: number[]
}

/** Which of its two places each block counts in: a checkpoint writes the other, and all of them change sides when it lands. 1 byte a block. */
export class BlockSides {
  readonly #tables = new Map<string, SlabSides[]>()

  /** The block was read on that side. */
  found(place: BlockPlace, side: number): void {
    this.#slab(place).known[place.block] = side + 1
  }

  /** A checkpoint begins; one that did not land is forgotten. */
  begin(): void {
    for (const slabs of this.#tables.values()) for (const slab of slabs) slab.written = []
  }

  /** The side that the checkpoint under way writes the block to. */
  write(place: BlockPlace): number {
    const slab = this.#slab(place)
    slab.written.push(place.block)
    return slab.known[place.block] === 1 ? 1 : 0
  }

  /** The checkpoint landed. */
  commit(): void {
    for (const slabs of this.#tables.values()) {
      for (const slab of slabs) {
        for (const block of slab.written) slab.known[block] = slab.known[block] === 1 ? 2 : 1
        slab.written = []
      }
    }
  }

  #slab({ table, slab, block }: BlockPlace): SlabSides {
    let slabs = this.#tables.get(table)
    if (slabs === undefined) {
      slabs = []
      this.#tables.set(table, slabs)
    }
    while (slabs.length <= slab) slabs.push({ known: new Uint8Array(16), written: [] })
    const sides = slabs[slab]!
    if (block >= sides.known.length) {
      const known = new Uint8Array(Math.max(block + 1, sides.known.length * 2))
      known.set(sides.known)
      sides.known = known
    }
    return sides
  }
}
