import { expect, test } from "vitest"
import { createIdTable, type LogRecord, type StateTables, USERS } from "../core/index.ts"
import { memoryState } from "../storage/index.ts"
import {
  type CounterState,
  counterState,
  type RingDeclaration,
  ringLength,
  ringValue,
  type StateFamily,
  type StateFold,
  stateFold,
  states,
  windowCount,
} from "./index.ts"

const DAY = 86_400_000
const NOW = 20_000 * DAY

async function world() {
  const ids = createIdTable()
  const place = { ids, collection: "films", collectionNumber: ids.collectionNumber("films"), schema: { item: {} }, timeless: false }
  const byUser = counterState(place, { by: "user", types: ["click"], windows: ["1d"] })
  const byItem = counterState(place, { by: "item", types: ["click"], windows: ["1d"] })
  const recent = states.recentItems({ name: "recent", types: ["impression"], length: 3 })(place)
  const blocked = states.itemSet({ name: "blocked", add: ["block"], remove: ["unblock"] })(place)
  const history = states.history()(place)
  const pairs = pairCounter()
  const fold = stateFold({ families: [history, blocked, byUser, byItem, recent, pairs, states.firstSeen()(place)], ids })
  const { tables } = await memoryState().open(fold.declarations, fold.hash)
  let position = 0
  const tell = (record: Record<string, unknown>, time = NOW) => {
    position++
    fold.observe({ position, time, record: { id: String(position), timestamp: time, ...record } as LogRecord }, tables)
  }
  const click = (who: object, item: string, time = NOW) =>
    tell({ event: "interaction", type: "click", item, collection: "films", ...who }, time)
  return { ids, fold, tables, tell, click, byUser, byItem, recent, place }
}

/** Counts by (user, item): what a family keyed by pairs looks like. */
function pairCounter(): StateFamily {
  return {
    name: "pairs.click",
    version: 1,
    config: {},
    state: [{ kind: "latest", name: "pairs.click", key: "pair", width: 1 }],
    types: ["click"],
    observe(event, tables) {
      const page = tables.fixed("pairs.click").touch(event.pair)
      page[tables.fixed("pairs.click").offset(event.pair) + 1]!++
    },
  }
}

const items = (tables: StateTables, name: string, user: number, width: number) => {
  const list = tables.list(name)
  return Array.from({ length: list.length(user) }, (_, i) => list.page(user)[list.start(user) + i * width])
}
const count = (tables: StateTables, { shape }: CounterState, key: number) => windowCount(tables.fixed(shape.name), shape, key, 0, NOW)

test("a visitor without user is session:<session>; a user named beside a session is the user", async () => {
  const { fold, tables, click } = await world()
  click({ session: "s1" }, "heat")
  click({ user: "ann", session: "s1" }, "ronin")
  const visitor = fold.userOf(tables, { session: "s1" })
  const ann = fold.userOf(tables, { user: "ann", session: "s1" })
  expect(fold.userOf(tables, { user: "session:s1" })).toBe(visitor)
  expect([items(tables, "films.history", visitor, 3), items(tables, "films.history", ann, 3)]).toEqual([[0], [1]])
  expect(fold.userOf(tables, { session: "s2" })).toBe(-1)
  expect(fold.userOf(tables, {})).toBe(-1)
})

test("an alias merges: counters add, lists interleave by time, and later events of the session count for the user", async () => {
  const { ids, fold, tables, tell, click, byUser, recent } = await world()
  const seen = (who: object, id: string, time: number) =>
    tell({ event: "impression", system: "films", items: [{ id, collection: "films" }], ...who }, time)
  click({ user: "ann" }, "heat", NOW - 3)
  click({ session: "s1" }, "ronin", NOW - 2)
  click({ user: "ann" }, "alien", NOW - 1)
  click({ session: "s1" }, "ronin", NOW - 2 * DAY)
  for (const [who, id, time] of [
    [{ user: "ann" }, "heat", 1],
    [{ user: "ann" }, "alien", 3],
    [{ session: "s1" }, "ronin", 2],
    [{ session: "s1" }, "heat", 4],
  ] as const) {
    seen(who, id, NOW + time)
  }
  tell({ event: "alias", from: "s1", to: "ann" })
  const ann = fold.userOf(tables, { user: "ann" })
  const films = ids.collection("films")
  expect(fold.userOf(tables, { session: "s1" })).toBe(ann)
  expect(items(tables, "films.history", ann, 3).map((item) => films.name(item!))).toEqual(["ronin", "heat", "ronin", "alien"])
  expect(count(tables, byUser, ann)).toBe(3)
  const shape = recent.state[0] as RingDeclaration
  const ring = tables.fixed("films.recent")
  expect(Array.from({ length: ringLength(ring, shape, ann) }, (_, age) => films.name(ringValue(ring, shape, ann, age, 0)))).toEqual([
    "heat",
    "alien",
    "ronin",
  ])
  const visitor = ids.collection(USERS).find("session:s1")
  expect(tables.list("films.history").length(visitor)).toBe(0)
  const moved = ids.collection("pairs").find(`${ann}:${ids.collectionNumber("films")}:${films.find("ronin")}`)
  expect(tables.fixed("pairs.click").page(moved)[tables.fixed("pairs.click").offset(moved) + 1]).toBe(2)
  click({ session: "s1" }, "alien")
  expect(count(tables, byUser, ann)).toBe(4)
})

test("a session that goes on to a second user leaves the first user's state alone; a loop of aliases ends", async () => {
  const { fold, tables, tell, click, byUser } = await world()
  click({ session: "s1" }, "heat")
  tell({ event: "alias", from: "s1", to: "ann" })
  tell({ event: "alias", from: "s1", to: "bob" })
  click({ session: "s1" }, "ronin")
  expect(count(tables, byUser, fold.userOf(tables, { user: "ann" }))).toBe(1)
  expect(count(tables, byUser, fold.userOf(tables, { user: "bob" }))).toBe(1)
  tell({ event: "alias", from: "ann", to: "bob" })
  tell({ event: "alias", from: "bob", to: "ann" })
  tell({ event: "alias", from: "ann", to: "ann" })
  const known = fold.userOf(tables, { user: "ann" })
  expect(fold.userOf(tables, { user: "bob" })).toBe(known)
  expect(count(tables, byUser, known)).toBe(2)
})

test("deleting a user clears what is keyed by it and keeps the items' counters; deleting an item clears its own", async () => {
  const { ids, fold, tables, tell, click, byItem, byUser } = await world()
  tell({ event: "item", item: "heat", collection: "films", fields: {} })
  click({ user: "ann" }, "heat")
  click({ session: "s1" }, "heat")
  tell({ event: "alias", from: "s1", to: "ann" })
  tell({ event: "delete", user: "ann" })
  const ann = ids.collection(USERS).find("ann")
  const heat = ids.collection("films").find("heat")
  expect([count(tables, byUser, ann), tables.list("films.history").length(ann), tables.fixed("pairs.click").size]).toEqual([0, 0, 0])
  expect(fold.userOf(tables, { session: "s1" })).not.toBe(ann)
  expect(count(tables, byItem, heat)).toBe(2)
  tell({ event: "delete", item: "heat", collection: "others" })
  expect(count(tables, byItem, heat)).toBe(2)
  tell({ event: "delete", item: "heat", collection: "films" })
  expect([count(tables, byItem, heat), tables.fixed("films.first-seen").has(heat)]).toEqual([0, false])
})

test("sets hold an item once, lists of negative interactions are not history, first-seen keeps the earliest time", async () => {
  const { ids, tables, tell } = await world()
  const act = (type: string, item = "heat") => tell({ event: "interaction", type, user: "ann", item, collection: "films" })
  for (const type of ["block", "block", "hide"]) act(type)
  expect(items(tables, "films.blocked", 0, 2)).toEqual([0])
  act("unblock")
  expect(items(tables, "films.blocked", 0, 2)).toEqual([])
  act("like", "ronin")
  act("like", "elsewhere")
  expect(items(tables, "films.history", 0, 3)).toEqual([1, 2])
  for (const time of [NOW, NOW - 5, NOW + 5]) tell({ event: "item", item: "heat", collection: "films", fields: {} }, time)
  const seen = tables.fixed("films.first-seen")
  expect(seen.page(ids.collection("films").find("heat"))[seen.offset(0) + 1]).toBe(NOW - 5)
})

test("events of another collection are not counted, late ones are counted as late", async () => {
  const { fold, tables, tell, click, byUser } = await world()
  tell({ event: "interaction", type: "click", user: "ann", item: "heat" })
  expect(count(tables, byUser, 0)).toBe(0)
  click({ user: "ann" }, "heat")
  expect(fold.lateCount).toBe(0)
  click({ user: "ann" }, "heat", NOW - 2 * DAY)
  expect(fold.lateCount).toBe(2)
})

test("equal families are folded once, different ones under one name are refused", async () => {
  const { place, byUser } = await world()
  const again = counterState(place, { by: "user", types: ["click"], windows: ["1d"] })
  const join = (...families: StateFamily[]): StateFold => stateFold({ families, ids: place.ids })
  expect(join(byUser, again).families.map(({ name }) => name)).toEqual(["users.alias", "films.user.click.1d"])
  expect(() => join(byUser, { ...again, version: 2 })).toThrow(/state films.user.click.1d: expected one definition/)
  expect(() => join(byUser, { ...again, name: "other" })).toThrow(/which films.user.click.1d folds/)
  const { collection: _, ...orphan } = counterState(place, { by: "item", types: ["click"], windows: ["1d"] })
  expect(() => join(orphan)).toThrow(/`collection` beside state keyed by item/)
  expect(join(byUser).hash).not.toBe(join(byUser, pairCounter()).hash)
})
