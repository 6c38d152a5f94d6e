import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { click, readAll } from "../../test/contracts/storage-log.ts"
import { Conflict, Corrupt, NotFound, systemClock, Unavailable } from "../core/index.ts"
import { type Environment, ioError, openEnvironment } from "./environment.ts"
import { ensureFormat } from "./format.ts"
import { memoryStore, openStore } from "./index.ts"
import { lmdbLog } from "./lmdb-log.ts"
import { LogTables } from "./log-tables.ts"
import { lockWriter } from "./writer-lock.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-store-"))
const folder = () => mkdtempSync(join(home, "f-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe("one writer, many readers", () => {
  test("a second writer is refused and told who writes; after closing it may", async () => {
    const dir = folder()
    const first = await openStore({ dir, mode: "write" })
    await expect(openStore({ dir, mode: "write" })).rejects.toThrow(Conflict)
    await expect(openStore({ dir, mode: "write" })).rejects.toThrow(`process ${process.pid} on`)
    await (await openStore({ dir, tenant: "other", mode: "write" })).close()
    await first.close()
    await first.close()
    await (await openStore({ dir, mode: "write" })).close()
  })

  test("a reader sees what is durable, also later, and refuses to write", async () => {
    const dir = folder()
    await expect(openStore({ dir, mode: "read" })).rejects.toThrow(NotFound)
    const writer = await openStore({ dir, mode: "write" })
    await writer.log.append([click("a")]).durable
    await writer.values.put("k", Buffer.from("v"))
    const reader = await openStore({ dir, mode: "read" })
    expect((await readAll(reader.log)).map(({ record }) => record.id)).toEqual(["a"])
    await writer.log.append([click("b"), { time: 2, record: { id: "d", timestamp: 2, event: "delete", item: "i1" } }]).durable
    expect([reader.log.end, reader.log.count]).toEqual([3, 3])
    expect((await readAll(reader.log)).map(({ record }) => record.id)).toEqual(["d"])
    await writer.log.roll(2)
    expect((await readAll(reader.log)).map(({ record }) => record.id)).toEqual(["d"])
    expect(reader.log.count).toBe(1)
    expect(Buffer.from((await reader.values.get("k"))!).toString()).toBe("v")
    expect(() => reader.log.append([click("c")])).toThrow("only reads")
    await expect(reader.log.roll(1)).rejects.toThrow("only reads")
    await expect(reader.values.put("k", new Uint8Array())).rejects.toThrow("only reads")
    await reader.state.open([], "v")
    await expect(reader.state.checkpoint(1)).rejects.toThrow("only reads")
    const hash = await reader.blobs.put(Buffer.from("x"))
    expect(await writer.blobs.has(hash)).toBe(true)
    await reader.releases.put("films", "r", Buffer.from("m"))
    expect((await writer.releases.list("films")).length).toBe(1)
    await reader.close()
    await writer.close()
    expect(() => writer.log.append([click("z")])).toThrow("closed")
  })

  test.each([
    { name: "a process that is gone", holder: { pid: 2 ** 22 + 1 } },
    { name: "a process id that now belongs to another process", holder: { pid: 1, started: "-1" } },
    { name: "our own process id from an earlier life", holder: { pid: process.pid } },
  ])("a lock left by $name is taken over at once", async ({ holder }) => {
    const environment = await openEnvironment(folder(), false)
    const unlock = await lockWriter(environment, systemClock)
    const table = environment.table<string>("lock")
    const left = { ...JSON.parse(table.get("writer")!.toString()), token: "someone else", ...holder }
    await environment.commit(() => void table.put("writer", Buffer.from(JSON.stringify(left))))
    const again = await lockWriter(environment, systemClock)
    await again()
    await unlock()
    await environment.close()
  })

  test("a holder of another machine or container counts while it shows signs of life", async () => {
    const environment = await openEnvironment(folder(), false)
    const table = environment.table<string>("lock")
    const holder = { token: "t", pid: 1, scope: "elsewhere", host: "other-host", sinceMs: 1000, seenMs: 50_000 }
    await environment.commit(() => void table.put("writer", Buffer.from(JSON.stringify(holder))))
    const at = (now: number) => ({ now: () => now, monotonicMs: () => 0 })
    await expect(lockWriter(environment, at(55_000))).rejects.toThrow("process 1 on other-host, writing since 1970-01-01T00:00:01.000Z")
    await (await lockWriter(environment, at(61_000)))()
    await environment.close()
  })
})

describe("format", () => {
  test("a newer format is refused with what to do", async () => {
    const dir = folder()
    await (await openStore({ dir, mode: "write" })).close()
    writeFileSync(join(dir, "default", "format.json"), '{"format":99}')
    await expect(openStore({ dir, mode: "write" })).rejects.toThrow("expected format 1 or older, came format 99. Install")
  })

  test.each(["", "{}", '{"format":"1"}', "[1]", "null"])("a damaged format.json is refused: %s", async (text) => {
    const dir = folder()
    await mkdir(join(dir, "default"))
    writeFileSync(join(dir, "default", "format.json"), text)
    await expect(openStore({ dir, mode: "write" })).rejects.toThrow(Corrupt)
  })

  test("an older format is migrated step by step after a copy; an interrupted one starts again from the copy", async () => {
    const dir = join(folder(), "tenant")
    await ensureFormat(dir, { write: true, version: 1 })
    writeFileSync(join(dir, "data"), "one")
    await expect(ensureFormat(dir, { write: false, version: 2 })).rejects.toThrow("Open it once for writing")
    const change = (text: string) => async (at: string) =>
      writeFileSync(join(at, "data"), `${readFileSync(join(at, "data"), "utf8")} ${text}`)
    const steps = { 1: change("two"), 2: change("three") }
    const failing = {
      ...steps,
      2: async () => {
        throw new Error("power cut")
      },
    }
    await expect(ensureFormat(dir, { write: true, version: 3, steps: failing })).rejects.toThrow("power cut")
    await ensureFormat(dir, { write: true, version: 3, steps })
    expect(readFileSync(join(dir, "data"), "utf8")).toBe("one two three")
    expect(readFileSync(join(`${dir}.format-1`, "data"), "utf8")).toBe("one")
    expect(readFileSync(join(dir, "format.json"), "utf8")).toContain('"format":3')
    await expect(ensureFormat(dir, { write: true, version: 5, steps })).rejects.toThrow("a migration from format 3")
  })
})

describe("a disk that fails", () => {
  test("a commit that fails is told, kept, and made good by the next; nothing twice, nothing lost", async () => {
    const real = await openEnvironment(folder(), false)
    let full = false
    const environment: Environment = {
      ...real,
      commit: (action) =>
        full
          ? Promise.reject(ioError("storage", Object.assign(new Error("No space left on device"), { code: "ENOSPC" })))
          : real.commit(action),
    }
    const log = await lmdbLog(environment, { readSegment: async function* () {}, roll: () => Promise.reject(new Error("not here")) })
    await log.append([click("a")]).durable
    full = true
    const refused = log.append([click("b")])
    await expect(refused.durable).rejects.toThrow(Unavailable)
    await expect(log.append([click("c")]).durable).rejects.toThrow("a full disk")
    expect(log.end).toBe(1)
    full = false
    const retried = log.append([click("b"), click("d")])
    expect(retried.duplicates).toEqual([0])
    expect(await retried.durable).toBe(4)
    expect((await readAll(log)).map(({ record }) => record.id)).toEqual(["a", "b", "c", "d"])
    await log.close()
    await real.close()
  })

  test("a chunk that was altered or cut is named when it is read", async () => {
    const dir = folder()
    const store = await openStore({ dir, mode: "write" })
    await store.log.append([click("a"), click("b")]).durable
    await store.close()
    for (const damage of [(bytes: Buffer) => (bytes[60]! ^= 1), undefined]) {
      const environment = await openEnvironment(join(dir, "default", "log"), false)
      const tables = new LogTables(environment)
      const bytes = Buffer.from(tables.chunks.get(1)!)
      damage?.(bytes)
      await environment.commit(() => void tables.chunks.put(1, damage === undefined ? bytes.subarray(0, -1) : bytes))
      await environment.close()
      const damaged = await openStore({ dir, mode: "write" })
      await expect(readAll(damaged.log)).rejects.toThrow(Corrupt)
      await damaged.close()
    }
  })

  test.each([
    [Object.assign(new Error("write ENOSPC /home/x/y"), { code: "ENOSPC" }), "a full disk"],
    [new Error("MDB_CORRUPTED: Located page was wrong type"), "MDB_CORRUPTED"],
    [Object.assign(new Error("EACCES: permission denied, open '/home/x/y'"), { code: "EACCES" }), "permission denied, open (path)"],
  ])("%s is named, without paths", (error, text) => {
    const named = ioError("storage", error)
    expect(named.message).toContain(text)
    expect(named.message).not.toContain("/home")
  })
})

test("the memory store has every part", async () => {
  const store = memoryStore()
  await store.log.append([click("a")]).durable
  expect((await store.state.open([], "v")).position).toBe(0)
  await store.close()
  await store.close()
})
