import { expect, test } from "vitest"
import { openCrew } from "./crew.ts"
import { openSharedKernel } from "./kernels.ts"

interface Rows {
  listAll(rows: number, n: number): void
  mergePacked(into: number, part: number, slots: number): void
}

test.each([1, 2, 3])("a crew of %i runs every call of every round once", async (threads) => {
  const job = await openSharedKernel<Rows>("trees", 2e6)
  const [calls, each] = [40, 1000]
  const region = job.arena.add("rows", "u32", calls * each)
  await using crew = openCrew<Rows>(job, threads)
  for (let round = 0; round < 300; round++) {
    job.arena.view("rows", "u32").fill(7)
    const used = 1 + (round % calls)
    crew.run(
      "listAll",
      Array.from({ length: used }, (_, call) => [region + call * each * 4, each]),
    )
    const rows = job.arena.view("rows", "u32")
    for (let call = 0; call < calls; call++) {
      expect(rows[call * each + each - 1]).toBe(call < used ? each - 1 : 7)
      expect(rows[call * each + (round % each)]).toBe(call < used ? round % each : 7)
    }
  }
})

test("a call that fails on any thread is told, a closed crew refuses, and the memory stays", async () => {
  const job = await openSharedKernel<Rows>("trees", 1e6)
  const region = job.arena.put("rows", "u32", [1, 2, 3])
  const crew = openCrew<Rows>(job, 2)
  const outside = 0xffff0000
  expect(() => {
    for (let round = 0; round < 50; round++)
      crew.run("mergePacked", [
        [outside, region, 2],
        [outside, region, 2],
        [region, region, 2],
      ])
  }).toThrow()
  await crew.close()
  await crew.close()
  expect(() => crew.run("listAll", [[region, 3]])).toThrow(/closed/)
  job.run.listAll(region, 3)
  expect([...job.arena.view("rows", "u32")]).toEqual([0, 1, 2])
  expect(() => openCrew<Rows>(job, 0)).toThrow(/threads from 1/)
})
