import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { click, readAll } from "../../test/contracts/storage-log.ts"
import { type Environment, openEnvironment } from "./environment.ts"
import type { EventLog } from "./index.ts"
import { lmdbLog } from "./lmdb-log.ts"
import { rollLog, tidy, unrollLog } from "./log-roll.ts"
import { LogTables } from "./log-tables.ts"
import { loadDuckDb } from "./native.ts"
import { parquetSegments, type Segments } from "./parquet-segments.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-roll-"))
const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(home, { recursive: true, force: true })
})

async function opened(dir = mkdtempSync(join(home, "r-"))) {
  const environment = await openEnvironment(join(dir, "log"), false)
  const segments = parquetSegments(join(dir, "events"))
  const tables = new LogTables(environment)
  const log = await lmdbLog(environment, { readSegment: segments.read, roll: (to) => rollLog(tables, segments, to, { positions: 100 }) })
  closing.push(async () => {
    segments.close()
    await environment.close()
  })
  return { dir, environment, segments, tables, log }
}

const fill = (log: EventLog) =>
  log.append([
    ...Array.from({ length: 250 }, (_, i) => click(`e${i}`, `u${i % 5}`, `i${i}`)),
    { time: 9, record: { id: "del", timestamp: 9, event: "delete", user: "u3" } },
  ]).durable

test("rolled files hold the columns that queries and joins need, compressed by zstd", async () => {
  const { dir, log } = await opened()
  await log.append([
    { time: 5, record: { id: "a", timestamp: 5, event: "interaction", user: "u", item: "i", type: "buy", value: 2.5, request: "r" } },
  ]).durable
  const { files } = await log.roll(1)
  const { DuckDBInstance } = await loadDuckDb()
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  const path = join(dir, "events", files[0]!)
  const rows = (
    await connection.runAndReadAll(`SELECT * REPLACE (position::DOUBLE AS position) FROM read_parquet('${path}')`)
  ).getRowObjects()
  expect(rows).toEqual([
    {
      position: 1,
      time: 5,
      event: "interaction",
      user: "u",
      session: null,
      item: "i",
      collection: "items",
      type: "buy",
      value: 2.5,
      system: null,
      request: "r",
      record: '{"id":"a","timestamp":5,"event":"interaction","user":"u","item":"i","type":"buy","value":2.5,"request":"r"}',
    },
  ])
  const codecs = (await connection.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)).getRows()
  expect(codecs).toEqual([["ZSTD"]])
})

test("there and back: unrolled records are read from the log again and the files are gone", async () => {
  const { dir, log, tables, segments } = await opened()
  await fill(log)
  const before = await readAll(log)
  expect((await log.roll(230)).files).toHaveLength(3)
  expect(log.count).toBe(251 - 46)
  expect(await unrollLog(tables, segments, 100)).toBe(80 + 24)
  expect(readdirSync(join(dir, "events"))).toHaveLength(1)
  expect(await readAll(log)).toEqual(before)
  await unrollLog(tables, segments, 0)
  expect(readdirSync(join(dir, "events"))).toEqual([])
  expect(await readAll(log)).toEqual(before)
  expect(log.end).toBe(251)
  await log.roll(251)
  expect(await readAll(log)).toEqual(before)
  expect(log.count).toBe(before.length)
  await unrollLog(tables, segments, 0)
  expect(await readAll(log)).toEqual(before)
  expect([log.count, tables.end()]).toEqual([before.length, 251])
})

/** Fails the `nth` step (from 0) of commits, file writes and removals, and everything after it, as a crash would. */
function crashing(environment: Environment, segments: Segments, nth: number) {
  let step = 0
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (step++ >= nth) throw new Error("the process died")
    return work()
  }
  return {
    environment: { ...environment, commit: (action: () => void) => guard(() => environment.commit(action)) },
    segments: {
      ...segments,
      write: (...args: Parameters<Segments["write"]>) => guard(() => segments.write(...args)),
      remove: (...args: Parameters<Segments["remove"]>) => guard(() => segments.remove(...args)),
    },
  }
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])("a crash at step %i of roll or unroll changes nothing that is read", async (nth) => {
  const { dir, log, tables, environment, segments } = await opened()
  await fill(log)
  const before = await readAll(log)
  const broken = crashing(environment, segments, nth)
  await rollLog(new LogTables(broken.environment), broken.segments, 240, { positions: 100 }).catch(() => {})
  mkdirSync(join(dir, "events"), { recursive: true })
  writeFileSync(join(dir, "events", "events-0-0.parquet"), "left over")
  expect(await readAll(log)).toEqual(before)
  await tidy(tables, segments)
  expect(readdirSync(join(dir, "events"))).toEqual(tables.allSegments().map(({ file }) => file))
  expect(await readAll(log)).toEqual(before)
  await rollLog(tables, segments, 240, { positions: 100 })
  expect(await readAll(log)).toEqual(before)
  const back = crashing(environment, segments, nth)
  await unrollLog(new LogTables(back.environment), back.segments, 0).catch(() => {})
  expect(await readAll(log)).toEqual(before)
  await tidy(tables, segments)
  expect(await readAll(log)).toEqual(before)
  expect(log.end).toBe(251)
})
