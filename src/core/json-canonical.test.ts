import fc from "fast-check"
import { expect, test } from "vitest"
import { canonicalJson } from "./json-canonical.ts"

test.each([
  {
    name: "sorted keys at every depth",
    value: { b: 1, a: { d: [1, { z: 0, y: null }], c: "x" } },
    text: '{"a":{"c":"x","d":[1,{"y":null,"z":0}]},"b":1}',
  },
  { name: "undefined left out", value: { a: undefined, b: true }, text: '{"b":true}' },
  { name: "keys by code unit, number keys too", value: { "10": 1, "9": 2, B: 3, a: 4 }, text: '{"10":1,"9":2,"B":3,"a":4}' },
  { name: "minus zero is zero", value: [-0, 1e21, 0.1], text: "[0,1e+21,0.1]" },
  { name: "escapes", value: '"\n\u2028', text: JSON.stringify('"\n\u2028') },
])("canonicalJson, $name", ({ value, text }) => {
  expect(canonicalJson(value)).toBe(text)
})

const loop: Record<string, unknown> = {}
loop.self = { loop }

test.each([
  { value: { a: [1, Number.NaN] }, message: "canonical JSON at $.a[1]: expected a JSON value, came NaN." },
  { value: Number.POSITIVE_INFINITY, message: "came Infinity" },
  { value: [undefined], message: "at $[0]: expected a JSON value, came undefined" },
  { value: 1n, message: "came bigint" },
  { value: { when: new Date(0) }, message: "at $.when: expected a JSON value, came a Date" },
  { value: loop, message: "came an object inside itself" },
])("refused: $message", ({ value, message }) => {
  expect(() => canonicalJson(value)).toThrow(message)
})

test("property: reads back as the value, whatever the order its keys were set in", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonicalJson(value)
      expect(canonicalJson(JSON.parse(text))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(text)
    }),
  )
})
