import { type Clock, Conflict, Corrupt, systemClock } from "../core/index.ts"
import { BlockSides } from "./block-sides.ts"
import type { Environment } from "./environment.ts"
import { IMAGE_HEAD } from "./slab.ts"
import type { StateBlocks, StoredBlock } from "./slab-state.ts"
import { inSlices } from "./slices.ts"

/** What the header table says: which checkpoint counts, in which generation of tables. */
interface Current {
  readonly generation: number
  readonly checkpoint: number
  readonly header: string
}

/**
 * Checkpoints in LMDB.
 *
 * Every block has two places, and a checkpoint writes the one that does not count, so a checkpoint can be written in many short transactions;
 * the last of them replaces the header, which is what makes the new places count. A crash before that leaves the checkpoint before whole.
 * Block keys are `[generation, table, slab, block, side]`, values start with the number of their checkpoint (f64).
 * @param open - opens the database: it is open only while it is read or written, so that pages passed by do not stay in this process's memory
 */
export function lmdbBlocks(open: () => Promise<Environment>, clock: Pick<Clock, "monotonicMs"> = systemClock): StateBlocks {
  let sides = new BlockSides()

  return {
    async read() {
      const environment = await open()
      try {
        sides = new BlockSides()
        const database = databaseOf(environment)
        const found = database.current()
        return {
          header: found?.header,
          done: () => environment.close(),
          blocks: async (onBlock) => {
            if (found !== undefined) await restore(database, found, sides, onBlock)
          },
        }
      } catch (error) {
        await environment.close()
        throw error
      }
    },
    async write(checkpoint) {
      const environment = await open()
      try {
        if (environment.readOnly) {
          throw new Conflict(
            "feature state",
            "the writing process",
            "one that only reads",
            "Let the server that has this store open write checkpoints.",
          )
        }
        if (checkpoint.clear) sides = new BlockSides()
        await write(databaseOf(environment), sides, checkpoint, clock)
      } finally {
        await environment.close()
      }
    },
    close: async () => {},
  }
}

/** Makes the database with its tables, so that readers find them before the first checkpoint. */
export async function makeBlocks(open: () => Promise<Environment>): Promise<void> {
  const environment = await open()
  databaseOf(environment)
  await environment.close()
}

/** Milliseconds of blocks that are put into one transaction, and so held the thread in one go. */
const SLICE_MS = 1

type Checkpoint = Parameters<StateBlocks["write"]>[0]
type Database = ReturnType<typeof databaseOf>

function databaseOf(environment: Environment) {
  const headers = environment.table<string>("headers")
  return {
    environment,
    blocks: environment.table<(number | string)[]>("blocks"),
    headers,
    current(): Current | undefined {
      const bytes = headers.get("current")
      return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as Current)
    },
  }
}

async function restore(
  { blocks }: Database,
  { generation, checkpoint }: Current,
  sides: BlockSides,
  onBlock: (block: StoredBlock) => void,
): Promise<void> {
  const stored = blocks.getRange({ start: [generation], end: [generation + 1] })[Symbol.iterator]()
  let best: { readonly block: StoredBlock; readonly number: number; readonly side: number } | undefined
  const emit = () => {
    if (best === undefined) return
    sides.found(best.block, best.side)
    onBlock(best.block)
    best = undefined
  }
  await inSlices(() => {
    const { done, value: entry } = stored.next()
    if (done) {
      emit()
      return false
    }
    const [, table, slab, block, side] = entry.key as [number, string, number, number, number]
    if (entry.value.length < IMAGE_HEAD)
      throw new Corrupt("feature state", "a block as it was written", "one cut short", "Delete the state folder: the log rebuilds it.")
    const number = entry.value.readDoubleLE(0)
    if (best !== undefined && (best.block.block !== block || best.block.slab !== slab || best.block.table !== table)) emit()
    if (number <= checkpoint && (best === undefined || number > best.number)) {
      best = { block: { table, slab, block, bytes: entry.value }, number, side }
    }
    return true
  })
}

async function write(
  database: Database,
  sides: BlockSides,
  { clear, next, reuse, header, pause }: Checkpoint,
  clock: Pick<Clock, "monotonicMs">,
): Promise<void> {
  const { environment, blocks, headers } = database
  const before = database.current()
  const generation = (before?.generation ?? 0) + (clear ? 1 : 0)
  const checkpoint = (before?.checkpoint ?? 0) + 1
  sides.begin()
  for (let more = true; more; ) {
    const written: StoredBlock[] = []
    const began = clock.monotonicMs()
    await environment.commit(() => {
      const started = clock.monotonicMs()
      while (more && clock.monotonicMs() - started < SLICE_MS) {
        const block = next()
        if (block === undefined) more = false
        else {
          block.bytes.writeDoubleLE(checkpoint)
          blocks.put([generation, block.table, block.slab, block.block, sides.write(block)], block.bytes)
          written.push(block)
        }
      }
    })
    for (const block of written) reuse(block)
    if (more) await pause?.(clock.monotonicMs() - began)
  }
  const text = await header()
  await environment.commit(() =>
    headers.put("current", Buffer.from(JSON.stringify({ generation, checkpoint, header: text } satisfies Current))),
  )
  sides.commit()
  if (clear && generation > 1) await forget(database, generation)
}

async function forget({ environment, blocks }: Database, before: number): Promise<void> {
  const old = blocks.getKeys({ start: [0], end: [before], snapshot: false })[Symbol.iterator]()
  for (let more = true; more; ) {
    await environment.commit(() => {
      for (let i = 0; i < 256 && more; i++) {
        const { done, value } = old.next()
        if (done) more = false
        else blocks.remove(value)
      }
    })
  }
}
