import { expect, test } from "vitest"
import { fakeEngine, ran } from "../../test/fakes/cli-context.ts"
import { Conflict } from "../core/index.ts"
import type { Engine, TrainReport } from "../engine/index.ts"

const summary = { id: "r1", system: "films", createdMs: 1, live: true, metrics: {}, gates: [] }

test.each([
  { name: "passed, and there is a live one", passed: true, live: true, flags: [], promoted: true },
  { name: "failed, and there is a live one", passed: false, live: true, flags: [], promoted: false },
  { name: "failed, and it is the first", passed: false, live: false, flags: [], promoted: true },
  { name: "passed, and --no-promote", passed: true, live: true, flags: ["--no-promote"], promoted: false },
])("$name: promoted $promoted", async ({ passed, live, flags, promoted }) => {
  const calls: string[] = []
  const engine: Partial<Engine> = {
    async train(system, options): Promise<TrainReport> {
      return { ...(await fakeEngine().train(system, options)), gates: [{ name: "popularity", passed, detail: "0.1 against 0.2" }] }
    },
    releases: async () => (live ? [summary] : []),
    async promote(release) {
      calls.push(release)
      return { ...summary, id: release }
    },
  }
  const { code, stdout, stderr } = await ran(["train", "films", "--json", ...flags], { engine })
  expect([code, calls, (JSON.parse(stdout) as { promoted: boolean }).promoted]).toEqual([0, promoted ? ["r2"] : [], promoted])
  expect(stderr.includes("stays a candidate")).toBe(!promoted && flags.length === 0)
})

test("a promotion the engine refuses leaves a candidate and says why", async () => {
  const engine: Partial<Engine> = {
    promote: async () => {
      throw new Conflict("promote", "a release that passed its gates", "r2, which failed latency", "Train again.")
    },
  }
  const { code, stdout, stderr } = await ran(["train", "films"], { engine })
  expect(code).toBe(0)
  expect(stdout).toContain("r2 (candidate)")
  expect(stderr).toContain("which failed latency")
})

test("data, seed and progress travel to the engine", async () => {
  const seen: unknown[] = []
  const engine: Partial<Engine> = {
    train(system, options) {
      seen.push(system, options?.data, options?.seed)
      options?.onProgress?.({ step: "solve", done: 3, total: 12, note: "EASE" })
      return fakeEngine().train(system, options)
    },
  }
  const { stderr } = await ran(["train", "films", "--data", "ml", "--seed", "9"], { engine })
  expect(seen).toEqual(["films", "/nowhere/ml", 9])
  expect(stderr).toBe("train: solve 3 of 12 (25 %), EASE\n")
})
