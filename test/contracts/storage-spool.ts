import { describe, expect, test } from "vitest"
import type { Spool } from "../../src/storage/index.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** What every spool does. `make` gives an empty one. */
export function spoolContract(name: string, make: () => Promise<Spool>): void {
  describe(`spool contract: ${name}`, () => {
    test("parcels are named in order, come whole, are replaced and go", async () => {
      const spool = await make()
      expect(await spool.names()).toEqual([])
      expect(await spool.get("b 2")).toBeUndefined()
      await spool.put("b 2", bytes("two"))
      await spool.put("A/1", bytes("one"))
      await spool.put("b 2", bytes("second"))
      expect(await spool.names()).toEqual(["A/1", "b 2"])
      expect(new TextDecoder().decode(await spool.get("b 2"))).toBe("second")
      await spool.delete("b 2")
      await spool.delete("b 2")
      expect(await spool.names()).toEqual(["A/1"])
    })
  })
}
