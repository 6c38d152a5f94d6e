import fc from "fast-check"
import { expect, test } from "vitest"
import { Arena, type RegionType } from "./kernel-arena.ts"
import { openKernel, openKernelNow } from "./kernels.ts"

test("regions start zeroed, on 64-byte lines, never at address 0", () => {
  const arena = new Arena("test", 1e6)
  const first = arena.add("first", "f32", 3)
  const second = arena.put("second", "f64", [1, 2])
  expect([first, second]).toEqual([64, 128])
  expect([...arena.view("first", "f32")]).toEqual([0, 0, 0])
  expect([...arena.view("second", "f64")]).toEqual([1, 2])
  expect(arena.usedBytes).toBe(192)
})

test("growing detaches views made before; a fresh one holds what was written", () => {
  const arena = new Arena("test", 1e6)
  arena.put("small", "u32", [7])
  const before = arena.view("small", "u32")
  arena.add("large", "f64", 50_000)
  expect(before.length).toBe(0)
  expect([...arena.view("small", "u32")]).toEqual([7])
})

test("passing the cap is refused with the bytes needed, and changes nothing", () => {
  const arena = new Arena("test", 100_000)
  arena.add("fits", "u8", 1000)
  expect(() => arena.add("not", "f64", 1e6)).toThrow(
    "kernel test: expected at most 100000 bytes of memory, came a need of 8001088 bytes. Raise the memory cap or make the data smaller.",
  )
  expect(arena.usedBytes).toBe(1088)
  expect(arena.add("not", "u8", 1)).toBe(1088)
})

test("no cap reaches past 32-bit addresses", () => {
  expect(() => new Arena("test", 1e12).add("huge", "f64", 2 ** 30)).toThrow("expected at most 4294967296 bytes")
})

test("names and types are checked", () => {
  const arena = new Arena("test", 1e6)
  arena.add("a", "f32", 1)
  expect(() => arena.add("a", "f32", 1)).toThrow("kernel test: expected a new region name, came a.")
  expect(() => arena.view("a", "f64")).toThrow("kernel test: expected a region among a (f32), came a (f64).")
  expect(() => arena.view("b", "f32")).toThrow("came b (f32)")
})

test("property: regions never overlap", () => {
  const types: RegionType[] = ["u8", "i32", "u32", "f32", "f64"]
  const list = fc.array(fc.record({ type: fc.constantFrom(...types), length: fc.nat(40_000) }), { maxLength: 12 })
  fc.assert(
    fc.property(list, (regions) => {
      const arena = new Arena("test", 1e8)
      for (const [at, { type, length }] of regions.entries()) {
        arena.add(String(at), type, length)
        arena.view(String(at), type).fill(at + 1)
      }
      for (const [at, { type, length }] of regions.entries()) {
        const view = arena.view(String(at), type)
        expect(view.length).toBe(length)
        expect(view.every((value) => value === at + 1)).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})

test("jobs of one kernel have memories of their own", async () => {
  const [one, two] = [await openKernel("dense", 1e6), await openKernel("dense", 1e6)]
  one.arena.put("x", "f32", [1])
  two.arena.put("x", "f32", [2])
  expect(one.arena.view("x", "f32")[0]).toBe(1)
  expect(typeof one.run.beginSweep).toBe("function")
})

test("a kernel that was not built is named with what builds it", async () => {
  await expect(openKernel("none", 1e6)).rejects.toThrow(
    "openKernel: expected the built kernel none.wasm, came no such file. Run `npm run build`.",
  )
})

test("a kernel opened at once is like any other", async () => {
  const { run, arena } = openKernelNow("dense", 1e6)
  expect(Object.keys(run).sort()).toEqual(Object.keys((await openKernel("dense", 1e6)).run).sort())
  expect(arena.usedBytes).toBe(64)
  expect(() => openKernelNow("none", 1e6)).toThrow("openKernel: expected the built kernel none.wasm")
})
