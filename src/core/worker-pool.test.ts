import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, describe, expect, test } from "vitest"
import { builtModule, openWorkerPool, type WorkerPoolOptions } from "./worker-pool.ts"
import type { Task } from "./worker-tasks.ts"

type Tried = {
  add: Task<{ a: number; b: number }, number>
  doubled: Task<Float32Array, Float32Array>
  fill: Task<Int32Array, void>
  count: Task<number, number>
  spin: Task<number, number>
  deaf: Task<null, never>
  refuse: Task<string, never>
  fail: Task<string, never>
  die: Task<number, never>
  unclonable: Task<null, unknown>
  missing: Task<null, never>
}

const entry = builtModule("./worker-tasks.ts", import.meta.url)
const errors = builtModule("./errors.ts", import.meta.url)
const folder = mkdtempSync(join(tmpdir(), "trommel-pool-"))
const worker = join(folder, "worker.mjs")
writeFileSync(
  worker,
  `import { serveTasks } from ${JSON.stringify(entry.href)}
import { InvalidArgument } from ${JSON.stringify(errors.href)}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
await serveTasks({
  add: ({ a, b }) => a + b,
  doubled: (values, { transfer }) => { const out = values.map((x) => 2 * x); transfer(out.buffer); return out },
  fill: (shared) => { for (let i = 0; i < shared.length; i++) Atomics.store(shared, i, i) },
  async count(to, { onProgress, signal }) {
    for (let i = 1; i <= to; i++) { onProgress(i / to); await pause(1); signal.throwIfAborted() }
    return to
  },
  spin: (from, { throwIfCancelled, onProgress }) => { onProgress(0); for (;;) throwIfCancelled() },
  deaf: (_, { onProgress }) => { onProgress(0); for (;;); },
  refuse: (came) => { throw new InvalidArgument("task", "something else", came, "Pass it.") },
  fail: (text) => { throw new TypeError(text) },
  die: (code) => process.exit(code),
  unclonable: () => () => 1,
})
`,
)
afterAll(() => rmSync(folder, { recursive: true }))

const open = (options: WorkerPoolOptions = { size: 2 }) => openWorkerPool<Tried>(pathToFileURL(worker), options)

test("a built module is looked for beside the caller, in dist when that runs from source", () => {
  expect(builtModule("./w.ts", "file:///src/app/src/core/a.ts").href).toBe("file:///src/app/dist/src/core/w.js")
  expect(builtModule("../w.ts", "file:///app/dist/src/core/a.js").href).toBe("file:///app/dist/src/w.js")
})

test("a pool without threads is refused", () => {
  expect(() => open({ size: 0 })).toThrow("openWorkerPool: expected a size of at least 1, came 0.")
})

describe.skipIf(!existsSync(entry))("worker pool (skipped without the build: `npm run build`)", () => {
  test("more tasks than threads: each gets its own answer", async () => {
    await using pool = open()
    const sums = await Promise.all(Array.from({ length: 9 }, (_, a) => pool.run("add", { a, b: 100 })))
    expect(sums).toEqual(Array.from({ length: 9 }, (_, a) => a + 100))
  })

  test("buffers move both ways, shared memory stays shared", async () => {
    await using pool = open()
    const values = Float32Array.of(1, 2, 3)
    expect([...(await pool.run("doubled", values, { transfer: [values.buffer] }))]).toEqual([2, 4, 6])
    expect(values.length).toBe(0)
    const shared = new Int32Array(new SharedArrayBuffer(16))
    await pool.run("fill", shared)
    expect([...shared]).toEqual([0, 1, 2, 3])
  })

  test("progress arrives in order, before the answer", async () => {
    await using pool = open()
    const heard: number[] = []
    expect(await pool.run("count", 4, { onProgress: (done) => heard.push(done) })).toBe(4)
    expect(heard).toEqual([0.25, 0.5, 0.75, 1])
  })

  test("errors keep class, parts and text; the thread lives on", async () => {
    await using pool = open({ size: 1 })
    const refused = { name: "InvalidArgument", code: "invalid_argument", message: "task: expected something else, came this. Pass it." }
    await expect(pool.run("refuse", "this")).rejects.toMatchObject(refused)
    await expect(pool.run("fail", "broken")).rejects.toThrow("broken")
    await expect(pool.run("unclonable", null)).rejects.toThrow("could not be cloned")
    await expect(pool.run("missing", null)).rejects.toThrow("expected a task among add, count, deaf")
    expect(await pool.run("add", { a: 1, b: 2 })).toBe(3)
  })

  test("an input that cannot be cloned is refused and the thread is free again", async () => {
    await using pool = open({ size: 1 })
    await expect(pool.run("fill", (() => 1) as never)).rejects.toThrow("could not be cloned")
    expect(await pool.run("add", { a: 1, b: 2 })).toBe(3)
  })

  test.each(["count", "spin", "deaf"] as const)("a stop ends %s at once; the next task still runs", async (task) => {
    await using pool = open({ size: 1, graceMs: 20 })
    const stop = new AbortController()
    const options = { signal: stop.signal, onProgress: () => stop.abort() }
    const running = task === "deaf" ? pool.run(task, null, options) : pool.run(task, 1e6, options)
    const queued = pool.run("add", { a: 1, b: 1 }, { signal: stop.signal })
    await expect(running).rejects.toMatchObject({ code: "cancelled" })
    await expect(queued).rejects.toMatchObject({ code: "cancelled" })
    await expect(pool.run("add", { a: 1, b: 1 }, { signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" })
    expect(await pool.run("add", { a: 2, b: 2 })).toBe(4)
  })

  test("a thread that dies fails its task alone and is replaced", async () => {
    await using pool = open({ size: 1 })
    const dying = pool.run("die", 3)
    const next = pool.run("add", { a: 2, b: 3 })
    await expect(dying).rejects.toThrow("worker pool: expected the task to end, came its thread ended with code 3.")
    expect(await next).toBe(5)
  })

  test("a module that is missing is said so", async () => {
    await using pool = openWorkerPool<Tried>(pathToFileURL(join(folder, "none.mjs")), { size: 1 })
    await expect(pool.run("add", { a: 1, b: 1 })).rejects.toMatchObject({
      code: "unavailable",
      came: expect.stringContaining("Cannot find module"),
    })
  })

  test("closing stops what waits and what runs, and refuses what comes", async () => {
    const pool = open({ size: 1 })
    const running = new Promise<void>((resolve, reject) => {
      pool.run("spin", 0, { onProgress: () => resolve() }).catch(reject)
    })
    const waiting = pool.run("add", { a: 1, b: 1 })
    const refused = expect(waiting).rejects.toMatchObject({ code: "cancelled" })
    await running
    await pool.close()
    await refused
    await pool.close()
    await expect(pool.run("add", { a: 1, b: 1 })).rejects.toMatchObject({ code: "unavailable" })
  })
})
