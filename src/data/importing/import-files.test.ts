import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { field, type LogRecord, type Schema } from "../../core/index.ts"
import { type Incoming, memoryLog } from "../../storage/index.ts"
import { TIMELESS_TIMESTAMP } from "../layouts/layout.ts"
import { compileEventValidator } from "../validation/event-validator.ts"
import { type ImportOptions, type ImportSummary, importFiles } from "./import-files.ts"

const NOW = Date.UTC(2026, 10, 24)
const schema: Schema = {
  item: { title: field.text({ required: true }), genres: field.categories(), year: field.number(), fresh: field.boolean() },
  user: { age: field.number() },
}
let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-"))
})
afterAll(() => rm(folder, { recursive: true }))

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, name.endsWith(".gz") ? gzipSync(text) : text)
  return path
}

/** Imports into a list. */
async function run(files: readonly string[], more: Partial<ImportOptions> = {}): Promise<{ records: LogRecord[]; summary: ImportSummary }> {
  const records: LogRecord[] = []
  const sink = async (batch: readonly Incoming[]) => {
    records.push(...batch.map(({ record }) => record))
    return { duplicates: 0 }
  }
  const validator = compileEventValidator({ collections: { films: schema }, now: () => NOW })
  return { summary: await importFiles({ files, collection: "films", schema, validator, sink, ...more }), records }
}

test("a table of items: cells become what the schema says, other columns are kept, bad rows are told by line", async () => {
  const path = await put(
    "films.csv",
    'filmId,Title,genres,year,fresh,director\n1,"Alien\nfilm",Horror|Sci-Fi,1979,yes,Scott\n2,Heat,Crime,soon,,\n3,,Crime,1990,no,\n4,A\n',
  )
  const { records, summary } = await run([path])
  expect(records).toHaveLength(1)
  expect(records[0]).toMatchObject({
    ...{ event: "item", item: "1", collection: "films", timestamp: TIMELESS_TIMESTAMP },
    fields: { title: "Alien\nfilm", genres: ["Horror", "Sci-Fi"], year: 1979, fresh: true, director: "Scott" },
  })
  expect(summary.rejected.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(["films.csv:4", "films.csv:5", "films.csv:6"])
  expect(summary.rejected.find(({ line }) => line === 4)?.reason).toBe(
    'fields.year: expected a finite number, came "soon". Send a JSON number.',
  )
  expect(summary).toMatchObject({ files: 1, read: 4, accepted: 1, rejectedCount: 3, timeless: false })
})

test.each([
  {
    name: "ratings",
    header: "userId,movieId,rating,timestamp",
    row: "u,i,4.5,978300760",
    expected: { type: "rating", value: 4.5, timestamp: 978_300_760_000 },
  },
  {
    name: "events of a shop",
    header: "visitor_id;product-id;action;time",
    row: "u;i;purchase;2026-01-02",
    expected: { type: "purchase", timestamp: Date.UTC(2026, 0, 2) },
  },
  { name: "no time", header: "user\titem", row: "u\ti", expected: { type: "interaction", timestamp: TIMELESS_TIMESTAMP } },
  { name: "the collection's own name", header: "user,film,session", row: "u,i,s", expected: { type: "interaction", session: "s" } },
])("a table of interactions: $name", async ({ name, header, row, expected }) => {
  const { records, summary } = await run([await put(`${name}.csv.gz`, `${header}\n${row}\n`)])
  expect(records[0]).toMatchObject({
    event: "interaction",
    user: "u",
    item: "i",
    collection: "films",
    ...expected,
  })
  expect(summary.timeless).toBe(expected.timestamp === TIMELESS_TIMESTAMP || name === "the collection's own name")
})

test("JSON lines: events as they are, objects as rows, an id made where there is none", async () => {
  const path = await put(
    "mixed.jsonl",
    [
      JSON.stringify({ id: "e1", timestamp: NOW, event: "interaction", item: "1", type: "click", user: "u" }),
      JSON.stringify({ timestamp: NOW, event: "alias", from: "s", to: "u" }),
      "{broken",
      JSON.stringify({ user: "u7", age: 30 }),
      "",
      JSON.stringify({ nothing: 1 }),
    ].join("\n"),
  )
  const { records, summary } = await run([path])
  expect(records.map((record) => record.event)).toEqual(["interaction", "alias", "user"])
  expect(records[1]?.id).toMatch(/^mixed\.jsonl:2:[0-9a-f]{16}$/)
  expect(summary.rejected.map(({ line }) => line)).toEqual([3, 6])
})

test.each([
  { name: "trec.qrels", text: "q1 0 d7 2\nq1\tQ0\td8\t0\n\nq2 0 d7\nq2 0 d9 -1\n", bad: [4] },
  { name: "judged.csv", text: "query_id,docID,relevance,annotator\nq1,d7,2,ann\nq1,d8,0,ann\nq2,d7,good,ann\nq2,d9,-1,bob\n", bad: [4] },
])("judgements in $name become judgement events", async ({ name, text, bad }) => {
  const { records, summary } = await run([await put(name, text)], { system: "search" })
  const rater = name.endsWith(".csv") ? ["ann", "ann", "bob"] : [undefined, undefined, undefined]
  expect(records.map((record) => record.event === "judgement" && [record.query, record.item, record.grade, record.rater])).toEqual([
    ["q1", "d7", 2, rater[0]],
    ["q1", "d8", 0, rater[1]],
    ["q2", "d9", -1, rater[2]],
  ])
  expect(records[0]).toMatchObject({ system: "search", collection: "films", timestamp: TIMELESS_TIMESTAMP })
  expect(summary.rejected.map(({ line }) => line)).toEqual(bad)
  // A second import gives the same ids.
  expect((await run([join(folder, name)], { system: "search" })).records).toEqual(records)
})

test("a table that says nothing of items or users lists the names it would know", async () => {
  await expect(run([await put("odd.csv", "a,b\n1,2\n")])).rejects.toThrow("columns for an item (item, itemid")
  await expect(run([await put("list.json", "[1]\n")])).rejects.toThrow("one JSON object a line")
})

test("Parquet through DuckDB: rows like those of a table, from a row on", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api")
  const path = join(folder, "views.parquet")
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run(
    `copy (select 'u' || i as user_id, i as item_id, timestamp '2026-01-01' + interval (i) second as time, i / 10.0 as rating from range(5000) t(i)) to '${path}' (format parquet)`,
  )
  connection.closeSync()
  const { records, summary } = await run([path])
  expect(records).toHaveLength(5000)
  expect(records[7]).toMatchObject({ user: "u7", item: "7", type: "rating", value: 0.7, timestamp: Date.UTC(2026, 0, 1) + 7000 })
  const rest = await run([path], { from: { file: "views.parquet", byte: 4000, line: 4001 } })
  expect(rest.records).toEqual(records.slice(4000))
  expect(summary.resume).toEqual({ file: "views.parquet", byte: 5000, line: 5001 })
  await expect(run([await put("cut.parquet", "PAR1 and no more")])).rejects.toThrow("cut.parquet: expected a whole Parquet file")
})

test("stopped anywhere and run again: nothing lost, nothing twice", async () => {
  const row = (i: number) => `u${i % 500},film ${i % 77},${978_300_000 + i},"two\n${"long lines ".repeat(9)}"`
  const part = (from: number) => `user,item,timestamp,note\n${Array.from({ length: 5000 }, (_, i) => row(from + i)).join("\n")}\n`
  const files = [await put("a.csv", part(0)), await put("b.csv.gz", part(5000))]
  const whole = await run(files)
  expect(whole.records).toHaveLength(10_000)
  for (const stopAfter of [0, 1, 3]) {
    const log = memoryLog()
    let resume: ImportSummary["resume"] | undefined
    let batches = 0
    const sink = async (batch: readonly Incoming[]) => {
      // The batch is in the log, but the process dies before the acknowledgement is noted.
      const { duplicates } = log.append(batch)
      if (batches++ === stopAfter) throw new Error("killed")
      return { duplicates: duplicates.length }
    }
    const onProgress = (summary: ImportSummary) => {
      resume = JSON.parse(JSON.stringify(summary.resume))
    }
    await expect(run(files, { sink, onProgress })).rejects.toThrow("killed")
    const { summary } = await run(files, { from: resume, sink })
    expect(summary.duplicates).toBeGreaterThan(0)
    const kept: LogRecord[] = []
    for await (const batch of log.read()) kept.push(...batch.map(({ record }) => record))
    expect(kept).toEqual(whole.records)
  }
})

test("a signal stops it between batches, and a resume point of another file is refused", async () => {
  const path = await put("stop.csv", `user,item\n${"u,i\n".repeat(10)}`)
  await expect(run([path], { signal: AbortSignal.abort() })).rejects.toThrow("a stop signal")
  await expect(run([path], { from: { file: "gone.csv", byte: 0, line: 1 } })).rejects.toThrow("gone.csv")
})
