import { expect, test } from "vitest"
import { memoryValues } from "../storage/index.ts"
import { decodePage, encodePage, expiryOf, type StoredPage, storedPageBytes } from "./stored-page.ts"
import { type PageKey, StoredPages } from "./stored-pages.ts"

const page = (ids: readonly number[], expiresMs = 2000): StoredPage => ({
  release: "r1",
  madeMs: 1000,
  expiresMs,
  position: 7,
  ids: Uint32Array.from(ids),
  scores: Float32Array.from(ids, (id) => 1 / (id + 1)),
  sources: Uint32Array.from(ids, () => 5),
  propensities: Float32Array.from(ids, (id) => (id === 3 ? Number.NaN : 1)),
  reasons: ids.map((id) => [id % 2 === 0 ? "Because of Alien" : "Popular"]),
})
const key = (name: string, system = "films", placement = "home"): PageKey => ({ system, placement, of: "user", name })

test.each([{ ids: [] }, { ids: [4] }, { ids: [9, 3, 2, 4_000_000_000] }])("a page of $ids is read back as it was written", ({ ids }) => {
  const bytes = encodePage(page(ids))
  expect(decodePage(bytes)).toEqual(page(ids))
  // Bytes of a database lie anywhere in its own.
  const moved = new Uint8Array(bytes.length + 3).subarray(3)
  moved.set(bytes)
  expect(decodePage(moved)).toEqual(page(ids))
  expect(expiryOf(moved)).toBe(2000)
  expect(bytes.length).toBe(storedPageBytes(ids.length, bytes.length - 32 - 16 * ids.length))
})

test.each([{ cut: 0 }, { cut: 20 }, { cut: 60 }, { cut: 100 }])("a page cut to $cut bytes is refused", ({ cut }) => {
  expect(() => decodePage(encodePage(page([1, 2, 3])).subarray(0, cut))).toThrow("Export the pages again")
})

test("pages are kept by person, system and placement until their time is over", async () => {
  const pages = new StoredPages(memoryValues())
  await pages.put([
    { key: key("u"), bytes: encodePage(page([1])) },
    { key: key("u", "films", "late"), bytes: encodePage(page([2])) },
    { key: key("u/", "shop"), bytes: encodePage(page([3], 1500)) },
    { key: { ...key("u"), of: "item" }, bytes: encodePage(page([4])) },
  ])
  expect((await pages.get(key("u"), 1999))?.ids[0]).toBe(1)
  expect(await pages.get(key("u"), 2000)).toBeUndefined()
  expect(await pages.get(key("u", "shop"), 1000)).toBeUndefined()
  expect((await pages.get(key("u/", "shop"), 1000))?.ids[0]).toBe(3)
  expect(await pages.sweep(1500)).toMatchObject({ expired: 1, pages: 3 })
})

test("forgotten: none of a person's pages is left, others' are, and the page of an item of that name", async () => {
  const values = memoryValues()
  const pages = new StoredPages(values)
  const rows = ["u", "v"].flatMap((name) => [key(name), key(name, "shop"), { ...key(name), of: "item" as const }])
  await pages.put(rows.map((of) => ({ key: of, bytes: encodePage(page([1])) })))
  await pages.forget(["u", "session:x"])
  expect(await Promise.all(rows.map(async (of) => (await pages.get(of, 0)) !== undefined))).toEqual([false, false, true, true, true, true])
})
