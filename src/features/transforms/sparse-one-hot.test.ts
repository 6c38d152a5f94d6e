import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { sparseRow, tableOf, wordColumn } from "../../core/index.ts"
import { loadSparseOneHot, sparseHash, sparseOneHot } from "./index.ts"

const train = tableOf({ make: wordColumn(["vw", "kia", "vw"]), size: wordColumn(["s", null, "m"]) })
const later = tableOf({ make: wordColumn(["fiat", "kia"]), size: wordColumn(["m", null]) })
const rowsOf = (m: ReturnType<typeof sparseHash>) => Array.from({ length: m.rows }, (_, row) => Array.from(sparseRow(m, row)))

test("sparse one-hot by hand: unseen words meet in other, missing ones are left out; it saves and loads", () => {
  const encoder = sparseOneHot(train, ["make", "size"])
  expect(encoder.columns).toEqual(["make=other", "make=kia", "make=vw", "size=other", "size=m", "size=s"])
  expect(rowsOf(encoder.transform(train))).toEqual([[2, 5], [1], [2, 4]])
  expect(rowsOf(encoder.transform(later))).toEqual([[0, 4], [1]])
  const bundle = memoryBundle()
  encoder.save(bundle.writer)
  expect(loadSparseOneHot(bundle.reader).transform(later)).toEqual(encoder.transform(later))
})

test("sparse hashing: as many columns as asked for, the same slot for the same word of the same column", () => {
  const hashed = sparseHash(train, ["make", "size"], 64)
  expect([hashed.rows, hashed.cols]).toEqual([3, 64])
  expect(rowsOf(hashed)[1]).toEqual(rowsOf(sparseHash(later, ["make"], 64))[1])
  expect(() => sparseHash(train, ["make"], 0)).toThrow("whole number of slots")
})
