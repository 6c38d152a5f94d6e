import { expect, test } from "vitest"
import { openKernelThread } from "./kernel-thread.ts"
import { openSharedKernel } from "./kernels.ts"

interface Scores {
  direction(...args: number[]): number
}

async function job() {
  const made = await openSharedKernel<Scores>("scores-shared", 2 ** 24)
  const rows = made.arena.put("rows", "i8", [1, 2, 3, 4, 5, 6, 7, 8])
  const shares = made.arena.put("shares", "f32", [0.5])
  const history = made.arena.put("history", "u32", [0])
  const out = made.arena.add("out", "f32", 8)
  return { made, call: ["direction", rows, 8, shares, 1, history, 1, out] as const, view: () => [...made.arena.view("out", "f32")] }
}

test("a thread makes the calls of several runs over a job's memory, and answers what they returned", async () => {
  const thread = await openKernelThread({ busyShare: 0 })
  const { made, call, view } = await job()
  const seat = thread.join(made)
  const runs = await Promise.all([seat.run([call]), seat.run([call, call])])
  expect(runs.map((answers) => answers?.length)).toEqual([1, 2])
  expect(view()).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
  expect(() => seat.run([["unknown", 1]])).toThrow("expected a function among")
  await thread.close()
})

test("a run under way is told when the thread ends, and none begins afterwards", async () => {
  const thread = await openKernelThread({ busyShare: 0 })
  const { made, call } = await job()
  const seat = thread.join(made)
  const under = seat.run([call])
  await thread.close()
  expect(await under).toBeUndefined()
  expect(seat.run([call])).toBeUndefined()
})

test("a loop with time of its own gives nothing away", async () => {
  const thread = await openKernelThread({ busyShare: 0.75 })
  const { made, call } = await job()
  const seat = thread.join(made)
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(seat.run([call])).toBeUndefined()
  const until = performance.now() + 80
  while (performance.now() < until);
  expect(await seat.run([call])).toBeInstanceOf(Float64Array)
  await thread.close()
})
