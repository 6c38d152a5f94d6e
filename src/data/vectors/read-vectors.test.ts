import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { readVectors } from "./read-vectors.ts"

const folder = mkdtempSync(join(tmpdir(), "trommel-vectors-"))
afterAll(() => rmSync(folder, { recursive: true }))

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function npy(descr: string, shape: string, values: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY\x01\x00"), Buffer.from([header.length, 0]), Buffer.from(header), values])
}

const bytesOf = (values: Float32Array | Float64Array | Int32Array) => new Uint8Array(values.buffer)
const floats = Float32Array.of(1, 2, 3, 4, 5.5, -6)
const fvec = (values: number[]) => Buffer.concat([bytesOf(Int32Array.of(values.length)), bytesOf(Float32Array.from(values))])

test.each([
  { name: "a.npy", content: npy("<f4", "(2, 3)", bytesOf(floats)) },
  { name: "b.npy", content: npy("<f8", "(2, 3)", bytesOf(Float64Array.from(floats))) },
  { name: "c.f32", content: bytesOf(floats) },
  { name: "d.fvecs", content: Buffer.concat([fvec([1, 2, 3]), fvec([4, 5.5, -6])]) },
  { name: "e.csv", content: "1,2,3\n4,5.5,-6\n" },
  { name: "f.csv", content: "id,name,x,y,z\n7,ada,1,2,3\n8,bob,4,5.5,-6\n" },
  { name: "g.csv", content: 'name,vector\nada,"[1,2,3]"\nbob,"[4,5.5,-6]"\n' },
  { name: "h.jsonl", content: "[1,2,3]\n[4,5.5,-6]\n" },
  { name: "i.jsonl", content: '{"id":7,"embedding":[1,2,3]}\n{"id":8,"embedding":[4,5.5,-6]}\n' },
  { name: "j.jsonl.gz", content: gzipSync('{"id":7,"x":1,"y":2,"z":3}\n{"id":8,"x":4,"y":5.5,"z":-6}\n') },
])("$name", async ({ name, content }) => {
  expect(await readVectors(put(name, content), { dimension: 3 })).toEqual({ data: floats, rows: 2, cols: 3 })
})

test("Parquet with a list column", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api")
  const path = join(folder, "k.parquet")
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run(
    `copy (select * from (values (1, [1, 2, 3]::float[]), (2, [4, 5.5, -6]::float[])) t(id, vector)) to '${path}' (format parquet)`,
  )
  connection.closeSync()
  expect(await readVectors(path)).toEqual({ data: floats, rows: 2, cols: 3 })
})

test.each([
  { name: "rows of two lengths", file: "l.jsonl", content: "[1,2]\n[1]\n", options: {}, error: "row 2: expected 2 numbers" },
  { name: "what is no number", file: "m.csv", content: "x,y\n1,2\n3,\n", options: {}, error: "row 3: expected finite numbers" },
  { name: "an unknown column", file: "n.jsonl", content: '{"a":[1]}\n', options: { column: "b" }, error: "a field among a" },
  { name: "bare numbers without a dimension", file: "o.f32", content: bytesOf(floats), options: {}, error: "the dimension" },
  { name: "bytes that are no whole vectors", file: "p.f32", content: bytesOf(floats), options: { dimension: 4 }, error: "not whole" },
  { name: "a cut numpy file", file: "q.npy", content: npy("<f4", "(3, 3)", bytesOf(floats)), options: {}, error: "36 bytes" },
  { name: "a numpy file of one dimension", file: "r.npy", content: npy("<f4", "(6,)", bytesOf(floats)), options: {}, error: "rows of <f4" },
  { name: "an empty file", file: "s.csv", content: "x,y\n", options: {}, error: "rows of numbers" },
])("$name: $error", async ({ file, content, options, error }) => {
  await expect(readVectors(put(file, content), options)).rejects.toThrow(error)
})

test("a file that is not there", async () => {
  await expect(readVectors(join(folder, "none.npy"))).rejects.toThrow("a file that can be read")
})
