import {
  type Candidates,
  Conflict,
  type IdTable,
  InvalidArgument,
  type LogEntry,
  type Matrix,
  matrix,
  type Schema,
  type StateDeclaration,
  type StateTables,
} from "../core/index.ts"
import { contentHash } from "./content-hash.ts"
import type { Asked, Binding, FeatureFactory, FeatureFamily, FeatureRequest, StateFactory, StateFamily } from "./family.ts"
import { type StateFold, stateFold } from "./fold.ts"
import { SESSIONS } from "./folding.ts"
import { type CounterOptions, type CounterState, counterName } from "./states/counter-state.ts"
import { type HistoryOptions, history } from "./states/history.ts"
import { windowCount } from "./window-counter.ts"
import { type Window, windowMs } from "./windows.ts"

/** What a feature set is made of; see {@link featureSet}. */
export interface FeatureSetOptions {
  readonly families: readonly FeatureFactory[]
  /** State that no column needs but other parts read: blocked items, trending counters. */
  readonly states?: readonly StateFactory[]
  readonly history?: HistoryOptions
  readonly ids: IdTable
  readonly collection: string
  readonly schema: Schema
  /** The data carries no time: time columns are left out and listed in `switchedOff`. */
  readonly timeless?: boolean
}

/** A counter of a set, read by key: a dense item or user, 0 for a global one. */
export interface Counted {
  readonly table: string
  /** The sum over the window that ends at `time` (epoch milliseconds); 0 for a key without events. */
  count(tables: StateTables, key: number, time: number): number
}

/** The features of one collection: how the log becomes state, and how state becomes rows. Live serving and replay call the same two. */
export interface FeatureSet {
  /** Names of the columns, `<family's column>`, in the order of a row. */
  readonly columns: readonly string[]
  /** State tables to open. */
  readonly declarations: readonly StateDeclaration[]
  /** SHA-256 over names, versions, configs, columns and declarations: equal hashes mean comparable rows. */
  readonly schemaHash: string
  /** Columns left out because the data is timeless. */
  readonly switchedOff: readonly string[]
  readonly collection: string
  /** The groups of columns, in order. */
  readonly families: readonly FeatureFamily[]
  /** Every state family it folds; several sets on one store join theirs with {@link stateFold}. */
  readonly states: readonly StateFamily[]
  /** The list of what each user did: (item, time, weight). */
  readonly historyName: string
  /** Folds one entry of the log; call in log order, with no other writer on the tables. */
  observe(entry: LogEntry, tables: StateTables): void
  /** Looks up who asks, aliases followed, and the page's item. */
  request(tables: StateTables, asked: Asked): FeatureRequest
  /**
   * Feature rows `[candidates.size, columns.length]`, NaN = missing, written to `out` when given.
   * @throws {@link InvalidArgument} when `out` has another shape or a candidate is of another collection
   */
  read(tables: StateTables, request: FeatureRequest, candidates: Candidates, out?: Matrix): Matrix
  /** A counter that some family or state of the set folds, such as for a list of what is trending; undefined when none does. */
  counter(wanted: Omit<CounterOptions, "windows"> & { readonly window: Window }): Counted | undefined
  /** True when some family compares an item with the whole list: what was considered is then kept with what was served. */
  readonly listwise: boolean
  /** Writes that came too late for their time bucket, counted by this set's own `observe`. */
  readonly lateCount: number
}

/**
 * Builds the families for a collection and joins them into one set.
 *
 * @throws {@link Conflict} when two families share a name or a column, or two states a name
 */
export function featureSet(options: FeatureSetOptions): FeatureSet {
  const { ids, collection, schema, timeless = false } = options
  const place = { ids, collection, collectionNumber: ids.collectionNumber(collection), schema, timeless }
  const past = history(options.history)(place)
  const bind = (windowsOf: NonNullable<Binding["windowsOf"]>) =>
    options.families.map((family) => family({ ...place, history: past, windowsOf }))
  const windows = unionOfWindows(bind)
  const families = bind((counter) => windows.get(counter) ?? [])
  const columns = uniqueColumns(families)
  const extra = (options.states ?? []).map((state) => state(place))
  const allStates = [past, ...families.flatMap((family) => family.states), ...extra]
  const fold = stateFold({ families: allStates, ids })
  const items = ids.collection(collection)
  const sessions = fold.declarations.some(({ key }) => key === "session") ? ids.collection(SESSIONS) : undefined
  const firstColumns = families.map((_, i) => families.slice(0, i).reduce((sum, family) => sum + family.columns.length, 0))

  return {
    columns,
    declarations: fold.declarations,
    schemaHash: hashOf(collection, families, fold),
    switchedOff: families.flatMap((family) => family.switchedOff ?? []),
    collection,
    families,
    states: fold.families,
    historyName: past.name,
    listwise: families.some((family) => family.listwise === true),
    counter({ window, ...counted }) {
      const name = counterName(collection, counted)
      const state = allStates.find((family) => isCounter(family) && family.counter === name && family.shape.windows.includes(window))
      return state === undefined || !isCounter(state) ? undefined : countedBy(state, window)
    },
    get lateCount() {
      return fold.lateCount
    },
    observe: fold.observe,
    request(tables, { user, session, now, item, context, query, list }) {
      return {
        now,
        session: session === undefined || sessions === undefined ? -1 : sessions.find(session),
        user: fold.userOf(tables, { ...(user === undefined ? {} : { user }), ...(session === undefined ? {} : { session }) }),
        item: item === undefined ? -1 : items.find(item),
        context: context ?? {},
        collection: place.collectionNumber,
        ...(query === undefined ? {} : { query }),
        ...(list === undefined ? {} : { list: Uint32Array.from(list, (id) => items.intern(id)) }),
      }
    },
    read(tables, request, candidates, out = matrix(candidates.size, columns.length)) {
      checkShape(candidates, columns, place.collectionNumber, out)
      // A family without columns has nothing of its own to write: with timeless data it would write into its neighbour's.
      for (let f = 0; f < families.length; f++) {
        if (families[f]!.columns.length > 0) families[f]!.read(tables, request, candidates, out, firstColumns[f]!)
      }
      return out
    },
  }
}

function isCounter(family: StateFamily): family is CounterState {
  return "counter" in family && "shape" in family
}

function countedBy({ name, shape }: CounterState, window: Window): Counted {
  const place = shape.windows.indexOf(window)
  return { table: name, count: (tables, key, time) => windowCount(tables.fixed(name), shape, key, place, time) }
}

/** Builds the families once to hear which windows each wants of which counter; shortest window first, so their order does not matter. */
function unionOfWindows(bind: (windowsOf: NonNullable<Binding["windowsOf"]>) => unknown): ReadonlyMap<string, readonly Window[]> {
  const wanted = new Map<string, readonly Window[]>()
  bind((counter, windows) => {
    wanted.set(counter, [...new Set([...(wanted.get(counter) ?? []), ...windows])])
    return windows
  })
  const length = (window: Window) => windowMs(window, "featureSet")
  return new Map([...wanted].map(([counter, windows]) => [counter, windows.toSorted((a, b) => length(a) - length(b))]))
}

function checkShape(candidates: Candidates, columns: readonly string[], collection: number, out: Matrix): void {
  if (out.rows !== candidates.size || out.cols !== columns.length) {
    throw new InvalidArgument(
      "features.read",
      `a matrix of ${candidates.size} x ${columns.length}`,
      `${out.rows} x ${out.cols}`,
      "Leave `out` away to have one made.",
    )
  }
  for (let row = 0; row < candidates.size; row++) {
    if (candidates.collections[row] !== collection) {
      throw new InvalidArgument(
        "features.read",
        `candidates of collection ${collection}`,
        `collection ${candidates.collections[row]} in row ${row}`,
        "Read each collection with a feature set of its own.",
      )
    }
  }
}

function uniqueColumns(families: readonly FeatureFamily[]): readonly string[] {
  const owners = new Map<string, string>()
  const names = new Set<string>()
  for (const family of families) {
    if (names.has(family.name)) {
      throw new Conflict("featureSet", "each family once", `a second ${JSON.stringify(family.name)}`, "Merge the two or drop one.")
    }
    names.add(family.name)
    for (const column of family.columns) {
      const owner = owners.get(column)
      if (owner !== undefined) {
        throw new Conflict("featureSet", "each column once", `${column} from ${owner} and ${family.name}`, "Rename or drop one of them.")
      }
      owners.set(column, family.name)
    }
  }
  return [...owners.keys()]
}

function hashOf(collection: string, families: readonly FeatureFamily[], fold: StateFold): string {
  const described = families.map(({ name, version, config, columns }) => ({ name, version, config, columns }))
  return contentHash({ collection, families: described, state: fold.hash })
}
