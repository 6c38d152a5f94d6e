import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { KeyValue } from "../../src/storage/index.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : new TextDecoder().decode(value))

/** What every key-value store does. `make` gives an empty one; the caller closes them. */
export function keyValueContract(name: string, make: () => Promise<KeyValue>): void {
  describe(`key-value contract: ${name}`, () => {
    test("put, get, replace, delete; an empty value is a value", async () => {
      const values = await make()
      expect(await values.get("a")).toBeUndefined()
      await values.put("a", bytes("1"))
      await values.put("b", new Uint8Array())
      await values.put("a", bytes("2"))
      expect(text(await values.get("a"))).toBe("2")
      expect(text(await values.get("b"))).toBe("")
      await values.delete("a")
      await values.delete("a")
      expect(await values.get("a")).toBeUndefined()
    })

    test("values are copies: changing what was put or got changes nothing", async () => {
      const values = await make()
      const given = Buffer.from("abc")
      await values.put("k", given)
      given.fill(0)
      const got = await values.get("k")
      expect(text(got)).toBe("abc")
      got!.fill(0)
      expect(text(await values.get("k"))).toBe("abc")
    })

    test.each(["", "x".repeat(981)])("a key of a length that no store takes is refused (%#)", async (key) => {
      const values = await make()
      await expect(values.put(key, bytes("x"))).rejects.toThrow("1 to 980 characters")
      await expect(values.get(key)).rejects.toThrow("1 to 980 characters")
    })

    test("the longest key works, also as a prefix", async () => {
      const values = await make()
      const key = "\uffff".repeat(980)
      await values.put(key, bytes("x"))
      expect(await keysOf(values, { prefix: key })).toEqual([key])
      expect(await keysOf(values, { prefix: key, reverse: true })).toEqual([key])
    })

    test("a range longer than a page, while keys change", async () => {
      const values = await make()
      const keys = Array.from({ length: 700 }, (_, i) => `k${String(i).padStart(4, "0")}`)
      await Promise.all(keys.map((key) => values.put(key, bytes(key))))
      expect(await keysOf(values, { prefix: "k" })).toEqual(keys)
      expect(await keysOf(values, { prefix: "k", reverse: true, limit: 600 })).toEqual(keys.toReversed().slice(0, 600))
      const seen: string[] = []
      for await (const [key] of values.range({ prefix: "k" })) {
        if (seen.length === 0) await values.delete("k0699")
        seen.push(key)
      }
      expect(seen).toEqual(keys.slice(0, 699))
    })

    test("property: ranges give what sorting the keys gives", async () => {
      const key = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom("a", "b", "\u0000", "é", "\ue000", "\ud83d", "\ude00") })
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(key, { maxLength: 12 }),
          fc.oneof(fc.constant(""), key),
          fc.option(key, { nil: undefined }),
          fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
          fc.boolean(),
          async (keys, prefix, after, limit, reverse) => {
            const values = await make()
            await Promise.all(keys.map((k) => values.put(k, bytes("v"))))
            const sorted = keys.filter((k) => k.startsWith(prefix)).sort()
            if (reverse) sorted.reverse()
            const past = sorted.filter((k) => after === undefined || (reverse ? k < after : k > after))
            const options = { prefix, reverse, ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) }
            expect(await keysOf(values, options)).toEqual(past.slice(0, limit ?? past.length))
            await Promise.all(keys.map((k) => values.delete(k)))
          },
        ),
        { numRuns: 40 },
      )
    })
  })
}

async function keysOf(values: KeyValue, options: Parameters<KeyValue["range"]>[0]): Promise<string[]> {
  const keys: string[] = []
  for await (const [key] of values.range(options)) keys.push(key)
  return keys
}
