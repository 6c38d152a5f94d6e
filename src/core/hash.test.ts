import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { fingerprint, fingerprintHex, murmur3 } from "./hash.ts"

interface Case {
  readonly id: string
  readonly fn: string
  readonly input: { readonly text: string; readonly seed: number }
  readonly expected: { readonly u: number; readonly s?: number }
}
const vectors: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../../test/vectors/feature-transforms.json", import.meta.url), "utf8"),
)
const cases = vectors.cases.filter((c) => c.fn === "murmur3_32")

test("the vectors hold 23 murmur cases", () => expect(cases).toHaveLength(23))

test.each(cases)("murmur3, $id", ({ input, expected }) => {
  expect(murmur3(input.text, input.seed)).toBe(expected.u)
  if (expected.s !== undefined) expect(murmur3(input.text, input.seed) | 0).toBe(expected.s)
})

test("property: a string hashes as its UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer(), (text, seed) => {
      expect(murmur3(text, seed)).toBe(murmur3(new TextEncoder().encode(text), seed))
      expect(fingerprintHex(text)).toBe(fingerprintHex(new TextEncoder().encode(text)))
    }),
  )
})

test("fingerprints are stable across versions", () => {
  expect(["", "a", "event-1", "日本語"].map(fingerprintHex)).toMatchInlineSnapshot(`
    [
      "ebb6c22800000000",
      "7238dc433c2569b2",
      "9a16b45729b67b8d",
      "9b441e41a5a47297",
    ]
  `)
})

test("one hundred thousand short strings have as many fingerprints, and the halves do not follow each other", () => {
  const seen = new Set<string>()
  const pair = new Uint32Array(4)
  let equalBits = 0
  for (let i = 0; i < 100_000; i++) {
    fingerprint(`event-${i}`, pair, 2)
    seen.add(`${pair[2]}:${pair[3]}`)
    equalBits += ((pair[2]! ^ pair[3]!) & 1) === 0 ? 1 : 0
  }
  expect(seen.size).toBe(100_000)
  expect(Math.abs(equalBits / 100_000 - 0.5)).toBeLessThan(0.01)
})
