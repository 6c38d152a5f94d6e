import { type IdTable, type LogEntry, type Position, type StateTables, throwIfCancelled } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { Catalogue, type FeatureSet, type StateFold, stateFold } from "../features/index.ts"
import type { Store } from "../storage/index.ts"
import { restoreIds } from "./id-names.ts"

/** Records folded between two turns of the event loop while catching up. */
const SLICE = 2000

/** One tenant, open: its store, ids, items and folded state, in step with the log up to `position`. */
export interface Tenant {
  readonly store: Store
  readonly ids: IdTable
  readonly catalogue: Catalogue
  readonly tables: StateTables
  readonly fold: StateFold
  /** The features of a system, with or without those of time; both read the same state. */
  featureSet(system: string, timeless: boolean): FeatureSet
  readonly systems: ReadonlyMap<string, SystemDefinition>
  /** The last record in the state. */
  readonly position: Position
  /** The newest timestamp folded since it was opened, epoch milliseconds; 0 before the first. */
  readonly newestMs: number
  /** Folds records that were just appended, in order. */
  apply(entries: readonly LogEntry[]): void
  /** Folds what another process appended. */
  catchUp(signal?: AbortSignal): Promise<void>
  /** Makes ids, items and state durable, consistent at one position; with rests in between, so that requests hardly wait, until {@link Tenant.hurry}. */
  checkpoint(): Promise<void>
  /** From now on checkpoints take no rest: the store closes. */
  hurry(): void
}

/** Opens a tenant: restores ids, items and state from the last checkpoint, and folds the log after it. */
export async function openTenant(options: {
  readonly store: Store
  readonly systems: readonly SystemDefinition[]
  readonly signal?: AbortSignal
}): Promise<Tenant> {
  const { store } = options
  const { ids, flush, refresh } = await restoreIds(store.values)
  const systems = new Map(options.systems.map((system) => [system.name, system]))
  const sets = new Map<string, FeatureSet>()
  const featureSet = (name: string, timeless: boolean) => {
    const key = `${name} ${timeless}`
    const set = sets.get(key) ?? systems.get(name)!.features({ ids, timeless })
    sets.set(key, set)
    return set
  }
  const fold = stateFold({
    families: options.systems.flatMap(({ name }) => [false, true].flatMap((timeless) => featureSet(name, timeless).states)),
    ids,
  })
  const { tables, position: restored } = await store.state.open(fold.declarations, fold.hash)
  // Beside a writer the state may be of a later checkpoint than the ids read above: it must not refer to names that are not there.
  await refresh()
  const catalogue = new Catalogue({ ids, values: store.values })
  await catalogue.load()
  let position = restored
  let newestMs = 0

  const apply = (entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      if (entry.position <= position) continue
      fold.observe(entry, tables)
      catalogue.apply(entry)
      position = entry.position
      newestMs = Math.max(newestMs, entry.time)
    }
  }
  const catchUp = async (signal?: AbortSignal) => {
    let since = 0
    for await (const batch of store.log.read({ after: position })) {
      throwIfCancelled(signal, "folding the log")
      apply(batch)
      since += batch.length
      if (since >= SLICE) {
        since = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
  let running: Promise<void> | undefined
  /** The position of the last checkpoint: where nothing was folded since, there is nothing to write. */
  let saved = restored
  const rests = restsBetween()
  const checkpoint = async () => {
    if (position === saved) return
    const to = position
    await store.state.checkpoint(to, Promise.all([flush(), catalogue.flush()]), rests.rest)
    saved = to
  }
  await catchUp(options.signal)
  await store.trim()
  return {
    store,
    ids,
    catalogue,
    tables,
    fold,
    featureSet,
    systems,
    get position() {
      return position
    },
    get newestMs() {
      return newestMs
    },
    apply,
    catchUp,
    hurry: rests.end,
    checkpoint() {
      running ??= checkpoint().finally(() => {
        running = undefined
      })
      return running
    },
  }
}

/** Rest after each slice of work, as many times as long, and at most so many milliseconds: the work then hardly shows in how long requests take. */
const RESTS = 15
const MOST_REST_MS = 250

/** Rests between slices of work, until they end. */
function restsBetween(): { rest(workedMs: number): Promise<void>; end(): void } {
  let isOver = false
  let wake: (() => void) | undefined
  return {
    async rest(workedMs) {
      if (isOver) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(MOST_REST_MS, workedMs * RESTS))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    end() {
      isOver = true
      wake?.()
    },
  }
}
