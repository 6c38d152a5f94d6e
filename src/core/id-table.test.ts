import fc from "fast-check"
import { expect, test } from "vitest"
import { createIdTable } from "./id-table.ts"
import { USERS } from "./ids.ts"

test("dense ids count from 0 in order of first sight, apart in every collection", () => {
  const table = createIdTable()
  const films = table.collection("films")
  expect(["a", "b", "a", "c"].map((id) => films.intern(id))).toEqual([0, 1, 0, 2])
  expect(table.collection(USERS).intern("c")).toBe(0)
  expect([films.size, films.find("c"), films.find("d"), films.name(1)]).toEqual([3, 2, -1, "b"])
  expect(table.collections).toEqual(["films", "users"])
  expect([table.collectionNumber("users"), table.collectionName(0)]).toEqual([1, "films"])
  expect(table.collection("films")).toBe(films)
})

test.each([
  { name: "empty", id: "" },
  { name: "two bytes a character", id: "é" },
  { name: "three bytes", id: "日本語" },
  { name: "surrogate pair", id: "🎉" },
  { name: "byte order mark", id: "\ufeffa" },
  { name: "zero byte", id: "a\u0000b" },
  { name: "longest", id: "x".repeat(65_535) },
])("an id comes back as it was: $name", ({ id }) => {
  const ids = createIdTable().collection("items")
  expect(ids.intern("other")).toBe(0)
  expect(ids.intern(id)).toBe(1)
  expect(ids.name(1)).toBe(id)
  expect(ids.find(id)).toBe(1)
})

test.each([
  { name: "half a pair", id: "a\ud800", came: "half of a surrogate pair" },
  { name: "second half first", id: "\udc00\ud800", came: "half of a surrogate pair" },
  { name: "too long", id: "x".repeat(65_536), came: "65536 characters" },
  { name: "too long in UTF-8", id: "日".repeat(21_846), came: "21846 characters" },
])("what can be no id is refused by intern and unknown to find: $name", ({ id, came }) => {
  const ids = createIdTable().collection("items")
  expect(() => ids.intern(id)).toThrow(came)
  expect(ids.find(id)).toBe(-1)
  expect(ids.size).toBe(0)
})

test("numbers never given out are refused by name", () => {
  const table = createIdTable()
  expect(() => table.collection("items").name(0)).toThrow("ids of items: expected a dense id below 0, came 0.")
  expect(() => table.collectionName(1)).toThrow("expected a collection number below 1, came 1.")
})

test("onNew hears every id once, and what it wrote restores the same table", () => {
  const log: [string, number, string][] = []
  const table = createIdTable({ onNew: (...entry) => log.push(entry) })
  for (const id of ["b", "a", "b", "ü"]) table.collection("films").intern(id)
  table.collection("users").intern("u1")
  expect(log).toEqual([
    ["films", 0, "b"],
    ["films", 1, "a"],
    ["films", 2, "ü"],
    ["users", 0, "u1"],
  ])
  const heard: string[] = []
  const restored = createIdTable({ onNew: (_collection, _dense, id) => heard.push(id) })
  for (const name of table.collections) restored.restore(name, table.exportNames(name))
  expect([...restored.exportNames("films")]).toEqual(["b", "a", "ü"])
  expect([...restored.exportNames("films", 2)]).toEqual(["ü"])
  expect(heard).toEqual([])
  expect(restored.collection("films").intern("new")).toBe(3)
  expect(heard).toEqual(["new"])
  expect(() => restored.restore("films", ["a"])).toThrow('came "a" twice')
})

/** The platform's own judgement of lone surrogates. */
function isWellFormed(text: string): boolean {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)) === text
}

test("property: agrees with a Map for every sequence of strings", () => {
  const id = fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), fc.string({ maxLength: 3 }), fc.nat(50).map(String))
  fc.assert(
    fc.property(fc.array(id, { maxLength: 300 }), (strings) => {
      const ids = createIdTable().collection("items")
      const map = new Map<string, number>()
      for (const text of strings.filter((s) => isWellFormed(s))) {
        expect(ids.find(text)).toBe(map.get(text) ?? -1)
        if (!map.has(text)) map.set(text, map.size)
        expect(ids.intern(text)).toBe(map.get(text))
      }
      expect(ids.size).toBe(map.size)
      for (const [text, dense] of map) expect(ids.name(dense)).toBe(text)
    }),
  )
})

test("30,000 ids take what the formula says, and all are found again across segment splits and chunks", () => {
  const table = createIdTable()
  const before = table.bytes
  const ids = table.collection("items")
  const names = Array.from({ length: 30_000 }, (_, i) => `item-${String(i).padStart(35, "0")}`)
  for (const name of names) ids.intern(name)
  names.forEach((name, dense) => {
    if (ids.find(name) !== dense || ids.name(dense) !== name) throw new Error(`${name} is lost`)
  })
  const n = names.length
  const bytes = table.bytes - before
  expect(bytes).toBeGreaterThan(n * (40 + 2 + 8 + 5.3))
  expect(bytes).toBeLessThan(n * (40 + 2 + 8 + 10.7) + (1 << 20) + 4096 * 8)
})
