import { Conflict, InvalidArgument, type Position, type StateDeclaration, type StateTables, unknownName } from "../core/index.ts"
import { SlabFixedTable } from "./fixed-table.ts"
import { SlabListTable } from "./list-table.ts"
import type { FeatureState } from "./ports.ts"
import type { BlockImage } from "./slab.ts"
import { fixedStride } from "./state-layout.ts"

/** A block of one slab of one table. */
export interface StoredBlock extends BlockImage {
  readonly table: string
  readonly slab: number
}

/** Where checkpoints live. A checkpoint replaces header and blocks as one: a crash leaves the one before. */
export interface StateBlocks {
  /** The header of the last checkpoint, then (by `blocks`, once) its blocks, ascending within a slab, without long pauses. */
  read(): Promise<{
    readonly header: string | undefined
    blocks(onBlock: (block: StoredBlock) => void): Promise<void>
    done(): Promise<void>
  }>
  /** Takes blocks until there are none, then `header()`, all or nothing, durable; `clear` forgets what was there. Never long at a time. */
  write(checkpoint: {
    readonly clear: boolean
    readonly next: () => StoredBlock | undefined
    /** The bytes of a block that `next` gave are no longer needed: they will hold others. */
    readonly reuse: (block: StoredBlock) => void
    readonly header: () => Promise<string>
    /** Waited for between slices, each of which took so many milliseconds. */
    readonly pause?: (workedMs: number) => Promise<void>
  }): Promise<void>
  close(): Promise<void>
}

/** Blocks held twice, because they changed while they waited to be written, beyond which a checkpoint takes no pause: some 16 MB. */
const MOST_COPIES = 4096

type Table = SlabFixedTable | SlabListTable

/** What a checkpoint says of itself. `keyEnds` is by table. */
interface Header {
  readonly layout: 1
  readonly version: string
  readonly position: Position
  readonly declarations: readonly StateDeclaration[]
  readonly keyEnds: Readonly<Record<string, number>>
}

/**
 * Feature state in slabs over any {@link StateBlocks}.
 *
 * @param whenDurable - resolves once the log is durable up to a position: a checkpoint must never be ahead of the log
 */
export function slabState(blocks: StateBlocks, whenDurable: (position: Position) => Promise<unknown> = async () => {}): FeatureState {
  let tables = new Map<string, Table>()
  let declarations: readonly StateDeclaration[] = []
  let version = ""
  let fresh = true
  let running: Promise<void> | undefined
  let closed = false

  async function open(wanted: readonly StateDeclaration[], wantedVersion: string) {
    if (closed) throw new Conflict("feature state", "an open store", "a closed one", "Open the store again.")
    await running?.catch(() => {})
    tables = build(wanted)
    declarations = wanted
    version = wantedVersion
    fresh = true
    const stored = await blocks.read()
    try {
      const header = stored.header === undefined ? undefined : (JSON.parse(stored.header) as Header)
      if (header === undefined || !sameShape(header, wanted, version)) return { tables: byName(tables), position: 0 }
      await stored.blocks((block) => tables.get(block.table)?.restore(block.slab, block))
      for (const [name, table] of tables) table.keyEnd = header.keyEnds[name] ?? 0
      fresh = false
      return { tables: byName(tables), position: header.position }
    } finally {
      await stored.done()
    }
  }

  async function write(
    position: Position,
    ready: Promise<unknown> | undefined,
    pause: ((workedMs: number) => Promise<void>) | undefined,
  ): Promise<void> {
    // It is awaited at the end; failing before must not bring the process down.
    ready?.catch(() => {})
    const slabs = [...tables].flatMap(([name, table]) => table.slabs.map((slab, number) => ({ name, slab, number })))
    const keyEnds = Object.fromEntries([...tables].map(([name, table]) => [name, table.keyEnd]))
    const header: Header = { layout: 1, version, position, declarations, keyEnds }
    for (const { slab } of slabs) slab.begin()
    let at = 0
    const reuse = ({ table, slab, bytes }: StoredBlock) => tables.get(table)?.slabs[slab]?.reuse(bytes)
    const next = (): StoredBlock | undefined => {
      while (at < slabs.length && slabs[at]!.slab.remaining === 0) at++
      const current = slabs[at]
      return current === undefined ? undefined : { table: current.name, slab: current.number, ...current.slab.take() }
    }
    try {
      await blocks.write({
        clear: fresh,
        next,
        reuse,
        async pause(workedMs) {
          if (pause !== undefined && slabs.reduce((sum, { slab }) => sum + slab.copies, 0) < MOST_COPIES) await pause(workedMs)
        },
        header: async () => {
          await Promise.all([ready, whenDurable(position)])
          return JSON.stringify(header)
        },
      })
    } catch (error) {
      for (const { slab } of slabs) slab.abandon()
      throw error
    }
    for (const { slab } of slabs) slab.finish()
    fresh = false
  }

  return {
    open,
    checkpoint(position, ready, pause) {
      if (closed) return Promise.reject(new Conflict("feature state", "an open store", "a closed one", "Open the store again."))
      running ??= write(position, ready, pause).finally(() => {
        running = undefined
      })
      return running
    },
    get bytes() {
      let total = 0
      for (const table of tables.values()) total += table.bytes
      return total
    },
    async close() {
      if (closed) return
      closed = true
      await running?.catch(() => {})
      await blocks.close()
    },
  }
}

function build(declarations: readonly StateDeclaration[]): Map<string, Table> {
  const tables = new Map<string, Table>()
  for (const declaration of declarations) {
    if (tables.has(declaration.name)) {
      throw new InvalidArgument("feature state", "one declaration a name", `two of ${declaration.name}`, "Rename one of them.")
    }
    const table =
      declaration.kind === "list" ? new SlabListTable(declaration.width, declaration.limit) : new SlabFixedTable(fixedStride(declaration))
    tables.set(declaration.name, table)
  }
  return tables
}

function byName(tables: ReadonlyMap<string, Table>): StateTables {
  const pick = (name: string): Table => {
    const table = tables.get(name)
    if (table === undefined) throw unknownName("feature state", "table", name, tables.keys())
    return table
  }
  return {
    fixed(name) {
      const table = pick(name)
      if (table instanceof SlabFixedTable) return table
      throw new InvalidArgument("feature state", `${name} to be a fixed table`, "a list", "Ask with `list`.")
    },
    list(name) {
      const table = pick(name)
      if (table instanceof SlabListTable) return table
      throw new InvalidArgument("feature state", `${name} to be a list`, "a fixed table", "Ask with `fixed`.")
    },
  }
}

/** True when the stored tables are the wanted ones: same version, same declarations in any order. */
function sameShape(header: Header, declarations: readonly StateDeclaration[], version: string): boolean {
  return header.layout === 1 && header.version === version && canonical(header.declarations) === canonical(declarations)
}

function canonical(declarations: readonly StateDeclaration[]): string {
  return declarations
    .map((declaration) => JSON.stringify(Object.entries(declaration).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort()
    .join("\n")
}
