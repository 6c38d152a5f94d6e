import fc from "fast-check"
import { expect, test } from "vitest"
import { fingerprint, hashed } from "./fingerprint.ts"
import { FingerprintSet } from "./fingerprint-set.ts"
import { RecentIds } from "./recent-ids.ts"

const print = (text: string) => {
  fingerprint(text)
  return { low: hashed.low, high: hashed.high }
}

test("60,000 ids that differ little have fingerprints of their own, in every half spread evenly", () => {
  const seen = new Set<string>()
  const lows = new Uint32Array(256)
  const highs = new Uint32Array(256)
  for (let i = 0; i < 60_000; i++) {
    const { low, high } = print(i % 2 ? `event-${i}` : `${i}`)
    seen.add(`${low}/${high}`)
    lows[low & 255]!++
    highs[high >>> 24]!++
  }
  expect(seen.size).toBe(60_000)
  // 234 expected in each of 256 cells, standard deviation 15: six of them.
  for (const cells of [lows, highs]) for (const count of cells) expect(Math.abs(count - 234)).toBeLessThan(92)
})

test.each(["", "\u0000", "\u0000\u0000", "a", "a\u0000"])("the fingerprint of %j is not empty and its own", (text) => {
  const { low, high } = print(text)
  expect(low !== 0 || high !== 0).toBe(true)
  for (const other of ["", "\u0000", "\u0000\u0000", "a", "a\u0000"]) if (other !== text) expect(print(other)).not.toEqual({ low, high })
})

test("property: the set is a Set, also while it grows and when places collide", () => {
  const number = fc.record({ low: fc.integer({ min: 0, max: 40 }), high: fc.integer({ min: 1, max: 40 }) })
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), fc.array(number, { maxLength: 50 }), (added, asked) => {
      const set = new FingerprintSet(4)
      const twin = new Set<string>()
      for (const { low, high } of added) {
        const known = twin.has(`${low}/${high}`)
        expect(set.has(low, high)).toBe(known)
        if (!known) set.add(low, high)
        twin.add(`${low}/${high}`)
      }
      expect(set.size).toBe(twin.size)
      for (const { low, high } of asked) expect(set.has(low, high)).toBe(twin.has(`${low}/${high}`))
    }),
  )
})

test("memory stays between 10.7 and 21.4 bytes an id once grown, 32 while growing", () => {
  const recent = new RecentIds()
  for (let i = 0; i < 300_000; i++) recent.add(Math.imul(i, 0x9e3779b9) >>> 0, i + 1, i, 0)
  expect(recent.size).toBe(300_000)
  expect(recent.bytes / recent.size).toBeGreaterThan(10.6)
  expect(recent.bytes / recent.size).toBeLessThan(32)
})

test("a generation is forgotten only when all of it is past the window; the answer says up to which position", () => {
  const recent = new RecentIds({ maxAgeMs: 800 })
  for (let i = 0; i < 20; i++) recent.add(i + 1, 1, i + 1, i * 100)
  expect(recent.expire(1900)).toBe(12)
  expect(Array.from({ length: 20 }, (_, i) => recent.has(i + 1, 1)).indexOf(true)).toBe(11)
  expect(recent.expire(1e9)).toBe(20)
})
