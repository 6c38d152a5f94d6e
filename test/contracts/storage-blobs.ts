import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { NotFound } from "../../src/core/index.ts"
import type { Blobs } from "../../src/storage/index.ts"

/** What every blob store does. `make` gives an empty one. */
export function blobsContract(name: string, make: () => Promise<Blobs>): void {
  describe(`blobs contract: ${name}`, () => {
    test("property: what is put comes back under its SHA-256", async () => {
      const blobs = await make()
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
          const hash = await blobs.put(bytes)
          expect(hash).toBe(createHash("sha256").update(bytes).digest("hex"))
          expect(Buffer.from(await blobs.get(hash)).equals(bytes)).toBe(true)
        }),
        { numRuns: 30 },
      )
    })

    test("put twice, also at once, is stored once; list and delete", async () => {
      const blobs = await make()
      const hashes = await Promise.all([1, 2, 3].map(() => blobs.put(Buffer.from("same"))))
      const other = await blobs.put(Buffer.alloc(3))
      const listed = []
      for await (const blob of blobs.list()) listed.push(blob)
      expect(listed.sort((a, b) => b.bytes - a.bytes)).toEqual([
        { hash: hashes[0], bytes: 4 },
        { hash: other, bytes: 3 },
      ])
      expect(await blobs.has(other)).toBe(true)
      await blobs.delete(other)
      await blobs.delete(other)
      expect(await blobs.has(other)).toBe(false)
      await expect(blobs.get(other)).rejects.toThrow(NotFound)
    })

    test("what is no hash is refused, so no path can be smuggled in", async () => {
      const blobs = await make()
      for (const hash of ["../../format.json", "", "A".repeat(64)]) await expect(blobs.get(hash)).rejects.toThrow("64 hexadecimal digits")
    })

    test("changing the bytes afterwards changes nothing", async () => {
      const blobs = await make()
      const given = Buffer.from("abc")
      const hash = await blobs.put(given)
      given.fill(0)
      const got = await blobs.get(hash)
      got.fill(1)
      expect(Buffer.from(await blobs.get(hash)).toString()).toBe("abc")
    })
  })
}
