import type { Scored } from "../scored.ts"
import type { VectorJob } from "./kernel.ts"

const header = 16

/** Bytes of a kernel heap for that many entries. */
export function heapBytes(entries: number): number {
  return header + 8 * entries
}

/** Sorts a kernel heap and copies it out, best first. Entries are laid out as `kernels/parts/vectors/best.ts` says. */
export function takeHeap({ run, arena }: VectorJob, heap: number): Scored {
  const size = run.sortBest(heap)
  const entries = new Uint32Array(arena.memory.buffer, heap + header, 2 * size)
  const ids = new Uint32Array(size)
  const scores = new Float32Array(size)
  const bits = new Uint32Array(scores.buffer)
  for (let i = 0; i < size; i++) {
    const high = entries[2 * i + 1]!
    ids[i] = ~entries[2 * i]!
    bits[i] = high >= 0x80000000 ? high ^ 0x80000000 : ~high
  }
  return { ids, scores }
}
