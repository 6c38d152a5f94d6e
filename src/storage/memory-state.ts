import type { FeatureState } from "./ports.ts"
import { type StateBlocks, type StoredBlock, slabState } from "./slab-state.ts"
import { inSlices } from "./slices.ts"

/** Checkpoints in memory: opening again after one gives its tables, as a durable store would. */
export function memoryBlocks(): StateBlocks {
  let header: string | undefined
  let stored = new Map<string, StoredBlock>()
  const order = (a: StoredBlock, b: StoredBlock) => a.slab - b.slab || a.block - b.block
  return {
    async read() {
      const blocks = [...stored.values()].sort(order)
      return { header, done: async () => {}, blocks: async (onBlock) => blocks.forEach(onBlock) }
    },
    async write(checkpoint) {
      const next = checkpoint.clear ? new Map<string, StoredBlock>() : new Map(stored)
      await inSlices(() => {
        const block = checkpoint.next()
        if (block !== undefined) next.set(`${block.slab}/${block.block}/${block.table}`, block)
        return block !== undefined
      })
      header = await checkpoint.header()
      stored = next
    },
    close: () => Promise.resolve(),
  }
}

/** Feature state without a disk. */
export function memoryState(): FeatureState {
  return slabState(memoryBlocks())
}
