import { describe, expect, test } from "vitest"
import { type Clock, Conflict, manualClock, NotFound } from "../../src/core/index.ts"
import type { ReleaseStore } from "../../src/storage/index.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : new TextDecoder().decode(value))

/** What every release store does. `make` gives an empty one; `again` opens the same one a second time, as another process would. */
export function releaseStoreContract(
  name: string,
  make: (clock: Clock) => Promise<{ readonly releases: ReleaseStore; readonly again: () => ReleaseStore }>,
): void {
  describe(`release store contract: ${name}`, () => {
    test("manifests and evidence by system and id; a manifest stays as it was first put", async () => {
      const { releases } = await make(manualClock(5))
      await releases.put("films", "r1", bytes("m1"))
      await releases.put("films", "r1", bytes("other"))
      await releases.put("ads", "r1", bytes("ads"))
      expect(text(await releases.manifest("films", "r1"))).toBe("m1")
      expect(await releases.evidence("films", "r1")).toBeUndefined()
      await releases.putEvidence("films", "r1", bytes("e1"))
      await releases.putEvidence("films", "r1", bytes("e2"))
      expect(text(await releases.evidence("films", "r1"))).toBe("e2")
      expect(await releases.evidence("ads", "r1")).toBeUndefined()
    })

    test("an unknown release names the known ones", async () => {
      const { releases } = await make(manualClock(5))
      await releases.put("films", "r1", bytes("m"))
      await expect(releases.manifest("films", "r2")).rejects.toThrow(NotFound)
      await expect(releases.manifest("films", "r2")).rejects.toThrow("among r1")
      await expect(releases.putEvidence("films", "r2", bytes(""))).rejects.toThrow("among r1")
      await expect(releases.evidence("none", "r2")).rejects.toThrow("(none)")
    })

    test("lists newest first with the time they were put", async () => {
      const clock = manualClock(100)
      const { releases } = await make(clock)
      expect(await releases.list("films")).toEqual([])
      for (const id of ["b", "a", "c"]) {
        await releases.put("films", id, bytes(id))
        clock.advance(10)
      }
      expect(await releases.list("films")).toEqual([
        { id: "c", createdMs: 120 },
        { id: "a", createdMs: 110 },
        { id: "b", createdMs: 100 },
      ])
    })

    test("history is replaced only by who saw the last one", async () => {
      const { releases, again } = await make(manualClock(5))
      expect(await releases.history("films")).toEqual([])
      await releases.setHistory("films", [], ["r1"])
      await expect(again().setHistory("films", [], ["r2"])).rejects.toThrow(Conflict)
      await again().setHistory("films", ["r1"], ["r1", "r2"])
      expect(await releases.history("films")).toEqual(["r1", "r2"])
      await releases.setHistory("films", ["r1", "r2"], ["r1"])
      expect(await again().history("films")).toEqual(["r1"])
    })

    test("of many that try at once exactly one wins", async () => {
      const { releases, again } = await make(manualClock(5))
      const tries = Array.from({ length: 8 }, (_, i) => again().setHistory("films", [], [`r${i}`]))
      const results = await Promise.allSettled(tries)
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
      for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(Conflict)
      const winner = results.findIndex(({ status }) => status === "fulfilled")
      expect(await releases.history("films")).toEqual([`r${winner}`])
    })

    test("watch hears changes of others within a second, and nothing once stopped", async () => {
      const { releases, again } = await make(manualClock(5))
      await releases.setHistory("ads", [], ["a"])
      const heard: string[] = []
      const first = new Promise<void>((resolve) => {
        const stop = releases.watch((system) => {
          heard.push(system)
          stop()
          resolve()
        })
      })
      await again().setHistory("films", [], ["r1"])
      await first
      await again().setHistory("films", ["r1"], [])
      expect(heard).toEqual(["films"])
    })

    test("names with any characters stay apart and leave the folder alone", async () => {
      const { releases } = await make(manualClock(5))
      for (const name of ["../up", "A", "a", "é/x", ".."]) {
        await releases.put(name, name, bytes(name))
        expect(text(await releases.manifest(name, name))).toBe(name)
        expect((await releases.list(name)).map(({ id }) => id)).toEqual([name])
      }
    })
  })
}
