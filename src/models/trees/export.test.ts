import { describe, expect, test } from "vitest"
import { type RandomTrees, randomEnsemble, randomRows, walked } from "../../../test/fakes/random-ensemble.ts"
import { treeFixtures } from "../../../test/fakes/tree-fixtures.ts"
import type { Ensemble } from "./ensemble.ts"
import { exportLightgbm } from "./export-lightgbm.ts"
import { exportOnnx } from "./export-onnx.ts"
import { importLightgbm } from "./import-lightgbm.ts"
import { proto } from "./protobuf-writer.ts"

const shapes: readonly (RandomTrees & { readonly name: string })[] = [
  { name: "numeric", trees: 12, columns: 5, depth: 6 },
  { name: "three outputs, unevenly many trees", trees: 13, columns: 4, depth: 4, outputs: 3, head: { link: "softmax" } },
  { name: "forest", trees: 12, columns: 4, depth: 5, outputs: 2, head: { average: true } },
  {
    name: "zero is missing",
    trees: 10,
    columns: 3,
    depth: 5,
    head: { zeroIsMissing: Uint8Array.of(1, 0, 1), link: "logistic", slope: 0.5 },
  },
]
const categorical: RandomTrees & { readonly name: string } = { name: "categories", trees: 10, columns: 4, depth: 5, categorical: 0.4 }
const close = (came: ArrayLike<number>, expected: ArrayLike<number>) => {
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(came[i]! - expected[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected[i]!)))
}

describe("LightGBM text", () => {
  test.each(shapes)("what is exported imports to the same scores: $name", (shape) => {
    const of = randomEnsemble(3, shape)
    const again = importLightgbm(exportLightgbm(of))
    const rows = randomRows(4, 200, shape.columns)
    close(walked(again, rows), walked(of, rows))
    expect([again.columns, again.link, again.slope, again.average]).toEqual([of.columns, of.link, of.slope, of.average])
  })

  test.each(treeFixtures().filter(({ file }) => file.endsWith(".txt")))("LightGBM's own model comes back: $file", ({ model, rows }) => {
    const again = importLightgbm(exportLightgbm(model))
    expect(walked(again, rows)).toEqual(walked(model, rows))
    expect(again.nodes).toEqual(model.nodes)
  })

  test("an ensemble without trees is its base", () => {
    const of = randomEnsemble(1, { trees: 0, columns: 2, depth: 1, outputs: 2 })
    close(walked(importLightgbm(exportLightgbm(of)), randomRows(1, 3, 2)), walked(of, randomRows(1, 3, 2)))
  })

  test.each<[string, Ensemble, RegExp]>([
    [
      "categories",
      randomEnsemble(3, { ...categorical, categorical: 1 }),
      /categorical splits whose missing values go right, came one where they go left/,
    ],
    [
      "blank",
      randomEnsemble(3, { ...shapes[0]!, head: { columns: ["a", "b c", "d", "e", "f"] } }),
      /column names without blanks, came "b c"/,
    ],
    ["averages", randomEnsemble(3, { ...shapes[2]!, trees: 3 }), /averaged outputs of as many trees each, came 2, 1/],
  ])("what the format cannot say is refused: %s", (_, of, message) => {
    expect(() => exportLightgbm(of)).toThrow(message)
  })
})

/** Fields of a protobuf message: numbers, and bytes of what has a length. */
function fields(bytes: Uint8Array): { readonly field: number; readonly value: number; readonly bytes: Uint8Array }[] {
  const found: { field: number; value: number; bytes: Uint8Array }[] = []
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const length = tag % 8 === 2 ? varint() : 4
    if (tag % 8 === 0) found.push({ field: tag >> 3, value: varint(), bytes })
    else {
      found.push({ field: tag >> 3, value: length, bytes: bytes.subarray(at, at + length) })
      at += length
    }
  }
  return found
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const varints = (bytes: Uint8Array) =>
  fields(Uint8Array.from([...bytes].flatMap((byte, i) => (i === 0 || bytes[i - 1]! < 128 ? [8, byte] : [byte])))).map(({ value }) => value)

/** Runs the exported operator by the words of its documentation: one row, one node at a time. */
function runOnnx(model: Uint8Array, rows: ReturnType<typeof randomRows>): Float64Array {
  const graph = fields(model).find(({ field }) => field === 7)!.bytes
  const node = fields(graph).find(({ field }) => field === 1)!.bytes
  const attributes = new Map(
    fields(node)
      .filter(({ field }) => field === 5)
      .map(({ bytes }) => [text(fields(bytes)[0]!.bytes), fields(bytes)] as const),
  )
  const of = (name: string, field: number) => attributes.get(name)!.filter((entry) => entry.field === field)
  const ints = (name: string) => varints(of(name, 8)[0]!.bytes)
  const floats = (name: string) => new Float32Array(of(name, 7)[0]!.bytes.slice().buffer)
  const outputs = of("n_targets", 3)[0]!.value
  const names = of("nodes_modes", 9).map(({ bytes }) => text(bytes))
  const [trees, ids, columns, yes, no, missing] = [
    "treeids",
    "nodeids",
    "featureids",
    "truenodeids",
    "falsenodeids",
    "missing_value_tracks_true",
  ].map((name) => ints(`nodes_${name}`)) as [number[], number[], number[], number[], number[], number[]]
  const [values, weights, base] = [floats("nodes_values"), floats("target_weights"), floats("base_values")]
  const [leafTrees, leafNodes, targets] = ["treeids", "nodeids", "ids"].map((name) => ints(`target_${name}`)) as [
    number[],
    number[],
    number[],
  ]
  const places = new Map(trees.map((tree, i) => [`${tree} ${ids[i]}`, i]))
  const leaves = new Map(leafTrees.map((tree, i) => [`${tree} ${leafNodes[i]}`, i]))
  const out = new Float64Array(rows.rows * outputs)
  for (let r = 0; r < rows.rows; r++) {
    for (let o = 0; o < outputs; o++) out[r * outputs + o] = base[o]!
    for (const tree of new Set(trees)) {
      let id = 0
      for (let i = places.get(`${tree} 0`)!; names[i] !== "LEAF"; i = places.get(`${tree} ${id}`)!) {
        const x = rows.data[r * rows.cols + columns[i]!]!
        const isTrue = Number.isNaN(x) ? missing[i] === 1 : names[i] === "BRANCH_EQ" ? x === values[i] : x <= values[i]!
        id = isTrue ? yes[i]! : no[i]!
      }
      const leaf = leaves.get(`${tree} ${id}`)!
      out[r * outputs + targets[leaf]!]! += weights[leaf]!
    }
  }
  return out
}

describe("ONNX", () => {
  test.each([...shapes, categorical])("the exported operator scores alike: $name", (shape) => {
    const of = randomEnsemble(3, shape)
    const rows = randomRows(4, 200, shape.columns)
    // The two differ by intent on fractional categories and on what is nearly zero.
    for (let i = 0; i < rows.data.length; i++) if (Math.abs(rows.data[i]!) < 1e-30) rows.data[i] = 0
    if (shape === categorical) for (let i = 0; i < rows.data.length; i++) rows.data[i] = Math.trunc(rows.data[i]!)
    close(runOnnx(exportOnnx(of), rows), walked(of, rows))
  })

  test("an ensemble without trees is refused", () => {
    expect(() => exportOnnx(randomEnsemble(1, { trees: 0, columns: 1, depth: 1 }))).toThrow(
      /exportOnnx: expected a tree or more, came none/,
    )
  })
})

test.each([
  { name: "150 in field 1", came: proto.int(1, 150), expected: [0x08, 0x96, 0x01] },
  { name: "-1, in ten bytes", came: proto.int(1, -1), expected: [0x08, ...new Array<number>(9).fill(0xff), 0x01] },
  {
    name: "the text testing in field 2",
    came: proto.string(2, "testing"),
    expected: [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67],
  },
  {
    name: "3, 270 and 86942, packed in field 6",
    came: proto.ints(6, [3, 270, 86942]),
    expected: [0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05],
  },
  { name: "a message in field 3", came: proto.message(3, [proto.int(1, 150)]), expected: [0x1a, 0x03, 0x08, 0x96, 0x01] },
  { name: "1 as a float in field 2", came: proto.float(2, 1), expected: [0x15, 0, 0, 0x80, 0x3f] },
])("the wire format, from its documentation: $name", ({ came, expected }) => {
  expect([...came]).toEqual(expected)
})
