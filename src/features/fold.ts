import {
  Conflict,
  canonicalJson,
  DEFAULT_COLLECTION,
  type IdTable,
  InvalidArgument,
  type LogEntry,
  type LogRecord,
  type StateDeclaration,
  type StateTables,
  USERS,
  type Who,
} from "../core/index.ts"
import { contentHash } from "./content-hash.ts"
import type { StateFamily } from "./family.ts"
import { collectionCache, Folding } from "./folding.ts"
import { clearItem, clearUser, mergeUser } from "./forget.ts"
import { claimLatest, latestValue } from "./state-access.ts"
import { SESSION_OWNERS } from "./states/session-owner.ts"

/** Which known user a user or session turned out to be: dense id, one hop. Part of every fold. */
const ALIASES = "users.alias"

/**
 * The one way from the log to feature state: it resolves an entry's ids once and hands it to every state family that wants it.
 *
 * Live serving and replay both call `observe`, in log order.
 */
export interface StateFold {
  readonly families: readonly StateFamily[]
  readonly declarations: readonly StateDeclaration[]
  /** Changes when any state family's code version, config or declaration does: stored state must then be folded anew. */
  readonly hash: string
  observe(entry: LogEntry, tables: StateTables): void
  /** Dense id of whoever is named, aliases followed; a visitor without user is `session:<session>`; -1 for somebody never seen. */
  userOf(tables: StateTables, who: Who): number
  /** The names by which this user is known: the id itself, and those of users and sessions (`session:<session>`) that turned out to be them. */
  namesOf(tables: StateTables, user: string): readonly string[]
  /** Writes that came too late for their time bucket, so far. */
  readonly lateCount: number
}

/**
 * Joins state families, such as those of every system on one store, into one fold; equal ones count once.
 *
 * @throws {@link Conflict} when two different families or declarations share a name
 */
export function stateFold(options: { readonly families: readonly StateFamily[]; readonly ids: IdTable }): StateFold {
  const families = uniqueFamilies(options.families)
  const merged = families.filter((family) => family !== aliasState)
  const declarations = declarationsOf(families)
  const users = options.ids.collection(USERS)
  const listeners = listenersByType(families)
  const collections = collectionCache(options.ids)
  const event = new Folding(options.ids)
  let lateCount = 0

  const emit = (type: string, tables: StateTables) => {
    for (const family of listeners(type)) family.observe(event, tables)
  }
  const emitItems = (type: string, items: readonly { id: string; collection?: string }[], tables: StateTables) => {
    if (listeners(type).length === 0) return
    for (const item of items) {
      event.at(collections(item.collection ?? DEFAULT_COLLECTION), item.id)
      emit(type, tables)
    }
  }
  const actor = (who: Who, tables: StateTables): number => {
    const name = userName(who)
    return name === undefined ? -1 : followAlias(tables, users.intern(name))
  }

  return {
    families,
    declarations,
    hash: contentHash(families.map(({ name, version, config, state }) => ({ name, version, config, state }))),
    get lateCount() {
      return lateCount
    },
    userOf(tables, who) {
      const name = userName(who)
      const found = name === undefined ? -1 : users.find(name)
      return found < 0 ? -1 : followAlias(tables, found)
    },
    namesOf(tables, user) {
      const dense = users.find(user)
      const names = [user]
      const table = tables.fixed(ALIASES)
      for (let key = 0; dense >= 0 && key < table.keyEnd; key++) {
        if (table.has(key) && followAlias(tables, key) === dense) names.push(users.name(key))
      }
      return names
    },
    observe(entry, tables) {
      const record = entry.record
      event.begin(entry)
      switch (record.event) {
        case "interaction":
          if (listeners(record.type).length === 0) return
          event.user = actor(record, tables)
          event.type = record.type
          event.value = record.value ?? 1
          event.at(collections(record.collection ?? DEFAULT_COLLECTION), record.item)
          emit(record.type, tables)
          break
        case "impression":
        case "served":
          if (listeners(record.event).length === 0) return
          event.user = actor(record, tables)
          emitItems(record.event, record.items, tables)
          break
        case "item":
          event.at(collections(record.collection ?? DEFAULT_COLLECTION), record.item)
          emit("item", tables)
          break
        case "user":
          event.user = followAlias(tables, users.intern(record.user))
          emit("user", tables)
          break
        case "judgement":
          event.value = record.grade ?? 1
          if (record.item !== undefined) event.at(collections(record.collection ?? DEFAULT_COLLECTION), record.item)
          emit("judgement", tables)
          break
        case "alias":
          event.late += alias(record.from, record.to, entry.time, tables)
          break
        case "delete":
          forget(record, tables)
      }
      lateCount += event.late
    },
  }

  /** Sessions last seen with the user, or with somebody who turned out to be the user. */
  function sessionsOf(tables: StateTables, user: number): readonly number[] {
    if (!families.some(({ name }) => name === SESSION_OWNERS)) return []
    const owners = tables.fixed(SESSION_OWNERS)
    const found: number[] = []
    for (let session = 0; session < owners.keyEnd; session++) {
      if (owners.has(session) && followAlias(tables, latestValue(owners, session)) === user) found.push(session)
    }
    return found
  }

  /** The state of `from`, as a user and as a session, moves to `to`; what they do later counts for `to` as well. */
  function alias(from: string, to: string, time: number, tables: StateTables): number {
    const target = users.intern(to)
    tables.fixed(ALIASES).clear(target)
    let late = 0
    for (const name of [from, `session:${from}`]) {
      const source = users.find(name)
      if (source === target) continue
      if (source >= 0) late += mergeUser(merged, tables, options.ids, source, target)
      claimAlias(tables, users.intern(name), target, time)
    }
    return late
  }

  function forget(record: Extract<LogRecord, { event: "delete" }>, tables: StateTables): void {
    const user = record.user === undefined ? -1 : users.find(record.user)
    if (user >= 0) {
      clearUser(families, tables, options.ids, user, sessionsOf(tables, user))
      clearAliasesTo(tables, user)
    }
    if (record.item === undefined) return
    const collection = record.collection ?? DEFAULT_COLLECTION
    const item = options.ids.collection(collection).find(record.item)
    if (item >= 0) clearItem(families, tables, options.ids.collectionNumber(collection), item)
  }
}

/** The state family behind aliases: a user or session row holds the dense id it stands for now. */
export const aliasState: StateFamily = {
  name: ALIASES,
  version: 1,
  config: {},
  state: [{ kind: "latest", name: ALIASES, key: "user", width: 1 }],
  types: [],
  observe() {},
}

function claimAlias(tables: StateTables, from: number, to: number, time: number): void {
  const table = tables.fixed(ALIASES)
  table.clear(from)
  claimLatest(table, from, time)
  table.touch(from)[table.offset(from) + 1] = to
}

/** `to` of an alias never has one itself when it is given out, so chains are short and end. */
function followAlias(tables: StateTables, user: number): number {
  const table = tables.fixed(ALIASES)
  let known = user
  while (table.has(known)) known = latestValue(table, known)
  return known
}

function clearAliasesTo(tables: StateTables, user: number): void {
  const table = tables.fixed(ALIASES)
  for (let key = 0; key < table.keyEnd; key++) {
    if (table.has(key) && latestValue(table, key) === user) table.clear(key)
  }
}

function userName(who: Who): string | undefined {
  return who.user ?? (who.session === undefined ? undefined : `session:${who.session}`)
}

function listenersByType(families: readonly StateFamily[]): (type: string) => readonly StateFamily[] {
  const byType = new Map<string, readonly StateFamily[]>()
  const everything = families.filter((family) => family.types === undefined)
  for (const type of new Set(families.flatMap((family) => family.types ?? []))) {
    byType.set(
      type,
      families.filter((family) => family.types === undefined || family.types.includes(type)),
    )
  }
  return (type) => byType.get(type) ?? everything
}

function uniqueFamilies(families: readonly StateFamily[]): readonly StateFamily[] {
  const byName = new Map<string, StateFamily>([[ALIASES, aliasState]])
  for (const family of withNeeds(families)) {
    const known = byName.get(family.name)
    if (known === undefined) byName.set(family.name, family)
    else if (known !== family && describe(known) !== describe(family)) {
      throw new Conflict(
        `state ${family.name}`,
        `one definition, ${describe(known)}`,
        `a second one, ${describe(family)}`,
        "Give one of them another name.",
      )
    }
  }
  return [...byName.values()]
}

/** What a family reads while folding stands before it. */
function withNeeds(families: readonly StateFamily[]): readonly StateFamily[] {
  return families.flatMap((family) => [...withNeeds(family.needs ?? []), family])
}

function declarationsOf(families: readonly StateFamily[]): readonly StateDeclaration[] {
  const owners = new Map<string, string>()
  for (const family of families) {
    for (const { name, key } of family.state) {
      const owner = owners.get(name)
      if (owner !== undefined) {
        throw new Conflict(
          `state ${family.name}`,
          `a table name of its own`,
          `${name}, which ${owner} folds`,
          "Name that family among `states` instead of declaring its table again.",
        )
      }
      if (key === "item" && family.collection === undefined) {
        throw new InvalidArgument(`state ${family.name}`, "`collection` beside state keyed by item", "none", "Add its number.")
      }
      owners.set(name, family.name)
    }
  }
  return families.flatMap((family) => family.state)
}

function describe({ version, config, state, types }: StateFamily): string {
  return canonicalJson({ version, config, state, types: types?.toSorted() })
}
