import type { FixedTable, IdTable, ListTable, StateDeclaration, StateTables } from "../core/index.ts"
import type { StateFamily } from "./family.ts"
import { addToCounter, type CounterDeclaration, claimLatest, type RingDeclaration } from "./state-access.ts"

/**
 * Moves everything known of user `from` to user `to`: counters add bucket by bucket, lists and rings interleave by time (the second number
 * of their tuples), the newer `latest` stays.
 *
 * @returns how many counter buckets were too old for the counters of `to`
 */
export function mergeUser(families: readonly StateFamily[], tables: StateTables, ids: IdTable, from: number, to: number): number {
  let late = 0
  for (const family of families) {
    const keyed = family.state.filter((declaration) => declaration.key === "user")
    if (family.merge !== undefined && keyed.length > 0) late += family.merge(tables, from, to)
    else for (const declaration of keyed) late += mergeRow(declaration, tables, from, to)
  }
  const pairs = ids.collection("pairs")
  for (const pair of pairsOf(ids, from)) {
    const moved = pairs.intern(`${to}${pairs.name(pair).slice(String(from).length)}`)
    for (const family of families) {
      const keyed = family.state.filter((declaration) => declaration.key === "pair")
      if (family.merge !== undefined && keyed.length > 0) late += family.merge(tables, pair, moved)
      else for (const declaration of keyed) late += mergeRow(declaration, tables, pair, moved)
    }
  }
  return late
}

/** Forgets every row keyed by the user, alone or in a pair, and by the user's sessions. What others share, such as an item's counters, stays. */
export function clearUser(
  families: readonly StateFamily[],
  tables: StateTables,
  ids: IdTable,
  user: number,
  sessions: readonly number[],
): void {
  for (const family of families) family.forgetUser?.(tables, user)
  for (const declaration of declarationsKeyedBy("user", families)) tableOf(tables, declaration).clear(user)
  for (const declaration of declarationsKeyedBy("session", families)) {
    for (const session of sessions) tableOf(tables, declaration).clear(session)
  }
  for (const pair of pairsOf(ids, user)) {
    for (const declaration of declarationsKeyedBy("pair", families)) tableOf(tables, declaration).clear(pair)
  }
}

/** Forgets every row keyed by the item of that collection. */
export function clearItem(families: readonly StateFamily[], tables: StateTables, collection: number, item: number): void {
  const own = families.filter((family) => family.collection === collection)
  for (const family of own) family.forgetItem?.(tables, item)
  for (const declaration of declarationsKeyedBy("item", own)) tableOf(tables, declaration).clear(item)
}

function declarationsKeyedBy(key: StateDeclaration["key"], families: readonly StateFamily[]): readonly StateDeclaration[] {
  return families.flatMap((family) => family.state.filter((declaration) => declaration.key === key))
}

/** The pairs of each user so far, and how many names were looked at: pairs are only ever added, so a further look reads the new ones alone. */
interface PairIndex {
  readonly byUser: Map<number, number[]>
  read: number
}

const indexes = new WeakMap<IdTable, PairIndex>()

/** Pairs are named `user:collection:item`. The first alias or deletion reads every name, later ones what came since. */
function pairsOf(ids: IdTable, user: number): readonly number[] {
  if (!ids.collections.includes("pairs")) return []
  const pairs = ids.collection("pairs")
  const index = indexes.get(ids) ?? { byUser: new Map<number, number[]>(), read: 0 }
  indexes.set(ids, index)
  for (; index.read < pairs.size; index.read++) {
    const owner = Number.parseInt(pairs.name(index.read), 10)
    const known = index.byUser.get(owner)
    if (known === undefined) index.byUser.set(owner, [index.read])
    else known.push(index.read)
  }
  return [...(index.byUser.get(user) ?? [])]
}

function tableOf(tables: StateTables, declaration: StateDeclaration): FixedTable | ListTable {
  return declaration.kind === "list" ? tables.list(declaration.name) : tables.fixed(declaration.name)
}

function mergeRow(declaration: StateDeclaration, tables: StateTables, from: number, to: number): number {
  switch (declaration.kind) {
    case "counter":
      return mergeCounter(declaration, tables.fixed(declaration.name), from, to)
    case "ring":
      return mergeRing(declaration, tables.fixed(declaration.name), from, to)
    case "latest":
      return mergeLatest(declaration.width, tables.fixed(declaration.name), from, to)
    case "list":
      return mergeList(declaration.width, tables.list(declaration.name), from, to)
  }
}

function mergeCounter(shape: CounterDeclaration, table: FixedTable, from: number, to: number): number {
  if (!table.has(from)) return 0
  const row = rowOf(table, from)
  const head = row[0]!
  let late = 0
  for (let bucket = Math.max(0, head - shape.buckets + 1); bucket <= head; bucket++) {
    const sums = row.subarray(1 + (bucket % shape.buckets) * shape.width).subarray(0, shape.width)
    for (let column = 0; column < shape.width; column++) {
      if (sums[column] !== 0 && !addToCounter(table, shape, to, bucket * shape.bucketMs, column, sums[column]!)) late++
    }
  }
  table.clear(from)
  return late
}

function mergeLatest(width: number, table: FixedTable, from: number, to: number): number {
  if (!table.has(from)) return 0
  const row = rowOf(table, from)
  const older = table.has(to) && row[0]! <= table.page(to)[table.offset(to)]!
  if (!older && claimLatest(table, to, row[0]!)) table.touch(to).set(row.subarray(1, 1 + width), table.offset(to) + 1)
  table.clear(from)
  return 0
}

function mergeRing(shape: RingDeclaration, table: FixedTable, from: number, to: number): number {
  if (!table.has(from)) return 0
  const merged = byTime([...ringTuples(shape, table, to), ...ringTuples(shape, table, from)]).slice(-shape.length)
  const page = table.touch(to)
  const start = table.offset(to)
  page[start] = merged.length
  merged.forEach((tuple, place) => {
    page.set(tuple, start + 1 + place * shape.width)
  })
  table.clear(from)
  return 0
}

function mergeList(width: number, table: ListTable, from: number, to: number): number {
  if (table.length(from) === 0) return 0
  const merged = byTime([...listTuples(width, table, to), ...listTuples(width, table, from)])
  table.clear(to)
  for (const tuple of merged) table.push(to, ...tuple)
  table.clear(from)
  return 0
}

function rowOf(table: FixedTable, key: number): Float64Array {
  const start = table.offset(key)
  return table.page(key).slice(start, start + table.stride)
}

function ringTuples({ length, width }: RingDeclaration, table: FixedTable, key: number): Float64Array[] {
  if (!table.has(key)) return []
  const row = rowOf(table, key)
  const held = Math.min(row[0]!, length)
  return Array.from({ length: held }, (_, age) => {
    const place = (row[0]! - held + age) % length
    return row.slice(1 + place * width, 1 + (place + 1) * width)
  })
}

function listTuples(width: number, table: ListTable, key: number): Float64Array[] {
  const start = table.start(key)
  const page = table.page(key)
  return Array.from({ length: table.length(key) }, (_, place) => page.slice(start + place * width, start + (place + 1) * width))
}

/** Stable, so tuples without a time stay in their order, those of `to` first. */
function byTime(tuples: Float64Array[]): Float64Array[] {
  return tuples.toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0))
}
