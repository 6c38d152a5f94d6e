import { expect, test } from "vitest"
import { restoreIds } from "../../src/engine/id-names.ts"
import { memoryValues } from "../../src/storage/index.ts"

const namesOf = (ids: { readonly size: number; name(dense: number): string }) => Array.from({ length: ids.size }, (_, i) => ids.name(i))

test("names come back in order across chunks, whatever the collection is called", async () => {
  const values = memoryValues()
  const { ids, flush } = await restoreIds(values)
  ids.collection("z first")
  for (let n = 0; n < 9000; n++) ids.collection("a/b % c").intern(`n${n}`)
  ids.collection("users").intern("ü/1")
  await flush()
  for (let n = 9000; n < 9100; n++) ids.collection("a/b % c").intern(`n${n}`)
  await flush()
  const again = await restoreIds(values)
  expect(namesOf(again.ids.collection("a/b % c"))).toEqual(Array.from({ length: 9100 }, (_, n) => `n${n}`))
  expect(namesOf(again.ids.collection("users"))).toEqual(["ü/1"])
  expect(again.ids.collections).toEqual(ids.collections)
})

test("a reader that refreshes has what the writer stored since, with the writer's numbers", async () => {
  const values = memoryValues()
  const writer = await restoreIds(values)
  for (let n = 0; n < 5000; n++) writer.ids.collection("items").intern(`n${n}`)
  await writer.flush()
  const reader = await restoreIds(values)
  for (let n = 5000; n < 9000; n++) writer.ids.collection("items").intern(`n${n}`)
  writer.ids.collection("users").intern("u")
  await writer.flush()
  await reader.refresh()
  await reader.refresh()
  expect(namesOf(reader.ids.collection("items"))).toEqual(namesOf(writer.ids.collection("items")))
  expect(namesOf(reader.ids.collection("users"))).toEqual(["u"])
})
