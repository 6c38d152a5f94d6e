// The 15-minute label join of 10M shown rows by 1M actions: columns, the windowed join over the log, DuckDB in this process, pandas.
// usage: npm run bench -- label-join [REPEATS] [SHOWN] [ACTIONS]
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type LogEntry, random } from "../src/core/index.ts"
import { explicitLabel, joinColumns, joinColumnsBytes, joinLabels, type PairColumns } from "../src/data/index.ts"

const repeats = Number(process.argv[2] ?? 3)
const shownRows = Number(process.argv[3] ?? 10_000_000)
const actionRows = Number(process.argv[4] ?? 1_000_000)
const windowMs = 15 * 60_000
const root = fileURLToPath(new URL("../..", import.meta.url))

/** Shown rows in order of time, users and items drawn; actions half an hour at most after a row of theirs, so half are too late. */
function draw(): { shown: PairColumns; actions: PairColumns } {
  const chance = random(1)
  const columns = (rows: number) => ({ users: new Uint32Array(rows), items: new Uint32Array(rows), times: new Float64Array(rows) })
  const shown = columns(shownRows)
  for (let row = 0; row < shownRows; row++) {
    shown.users[row] = chance.integer(200_000)
    shown.items[row] = Math.floor(50_000 * chance.next() ** 2)
    shown.times[row] = row * 10
  }
  const actions = columns(actionRows)
  for (let action = 0; action < actionRows; action++) {
    const row = Math.floor(((action + chance.next()) * shownRows) / actionRows)
    actions.users[action] = shown.users[row]!
    actions.items[action] = shown.items[row]!
    actions.times[action] = shown.times[row]! + chance.integer(2 * windowMs)
  }
  return { shown, actions }
}

const seconds = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const line = (...cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(52) : String(cell).padStart(14))).join(""))

const { shown, actions } = draw()
const timings: Record<string, { cpu: number[]; wall: number[]; attributed: number }> = {}
async function time(name: string, run: () => number | Promise<number>): Promise<void> {
  const [before, start] = [process.cpuUsage(), performance.now()]
  const attributed = await run()
  const entry = timings[name] ?? { cpu: [], wall: [], attributed }
  timings[name] = entry
  entry.cpu.push(seconds(before))
  entry.wall.push((performance.now() - start) / 1000)
}

const { DuckDBInstance } = await import("@duckdb/node-api")
type Connection = Awaited<ReturnType<Awaited<ReturnType<typeof DuckDBInstance.create>>["connect"]>>
const folder = mkdtempSync(join(tmpdir(), "label-join-"))
const files = writeColumns(folder)
const peer = spawnPandas()
const connection = await loadTables()
for (let turn = 0; turn <= repeats; turn++) {
  await time("trommel, columns in memory", () => joinColumns(shown, actions, { windowMs }).attributed)
  await time("DuckDB, tables in memory, one thread", () => duckDb(connection))
  // The first turn warms up and is not counted.
  if (turn === 0) for (const entry of Object.values(timings)) entry.cpu.length = entry.wall.length = 0
}
line(`label join, ${shownRows / 1e6}M shown by ${actionRows / 1e6}M actions, 15 minutes`, "CPU s", "s", "attributed")
for (const [name, { cpu, wall, attributed }] of Object.entries(timings))
  line(name, median(cpu).toFixed(2), median(wall).toFixed(2), attributed)
if (peer === undefined) console.log("pandas is missing: set PEERS_PYTHON to a Python with pandas for the peer's line")
else line(`pandas ${peer.version}, merge_asof`, median(peer.cpu).toFixed(2), median(peer.wall).toFixed(2), peer.attributed)
line("trommel, most bytes by formula (MB)", (joinColumnsBytes(shownRows, actionRows) / 1e6).toFixed(0))
await streamed()
rmSync(folder, { recursive: true })

/** The same question to DuckDB: the newest shown row of the pair before each action, within the window. */
async function duckDb(connection: Connection): Promise<number> {
  await connection.run(`create or replace table labels as select a.row as action, s.row as shown from actions a
    asof join shown s on a.user_id = s.user_id and a.item_id = s.item_id and a.ms >= s.ms where a.ms - s.ms <= ${windowMs}`)
  const reader = await connection.runAndReadAll("select count(*)::double from labels")
  return Number(reader.getRows()[0]![0])
}

async function loadTables(): Promise<Connection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
  const columns = "{user_id: 'INTEGER', item_id: 'INTEGER', ms: 'BIGINT'}"
  for (const [name, file] of Object.entries(files)) {
    const rows = `read_csv('${file}', columns = ${columns}, header = false)`
    await connection.run(`create table ${name} as select row_number() over () - 1 as row, * from ${rows}`)
  }
  return connection
}

function writeColumns(into: string): { shown: string; actions: string } {
  const write = (name: string, { users, items, times }: PairColumns) => {
    const path = join(into, `${name}.csv`)
    writeFileSync(path, "")
    for (let from = 0; from < users.length; from += 500_000) {
      let text = ""
      for (let row = from; row < Math.min(users.length, from + 500_000); row++) text += `${users[row]},${items[row]},${times[row]}\n`
      writeFileSync(path, text, { flag: "a" })
    }
    return path
  }
  return { shown: write("shown", shown), actions: write("actions", actions) }
}

function spawnPandas(): { cpu: number[]; wall: number[]; attributed: number; version: string } | undefined {
  const args = [join(root, "bench", "peers", "label_join.py"), files.shown, files.actions, String(windowMs), String(repeats)]
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", args, { encoding: "utf8" })
  return done.status === 0 ? JSON.parse(done.stdout) : undefined
}

/** The windowed join over log records, a hundredth of the rows: pages of ten. */
async function streamed(): Promise<void> {
  const pages = shownRows / 1000
  const chance = random(2)
  let position = 0
  async function* entries(): AsyncGenerator<LogEntry[]> {
    for (let from = 0; from < pages; from += 1000) {
      const batch: LogEntry[] = []
      for (let page = from; page < Math.min(pages, from + 1000); page++) {
        const [at, user] = [page * 1000, `u${chance.integer(20_000)}`]
        const items = Array.from({ length: 10 }, () => ({ id: `i${chance.integer(5000)}` }))
        batch.push({
          position: ++position,
          time: at,
          record: { id: `p${page}`, timestamp: at, event: "impression", system: "s", user, items },
        })
        const click = {
          id: `c${page}`,
          timestamp: at + 500,
          event: "interaction" as const,
          type: "click",
          user,
          item: items[chance.integer(10)]!.id,
        }
        batch.push({ position: ++position, time: at + 500, record: click })
      }
      yield batch
    }
  }
  const before = process.cpuUsage()
  const labelled = joinLabels(entries(), {
    system: "s",
    windowMs,
    slackMs: 60_000,
    source: "impression",
    label: explicitLabel({ type: "click" }),
  })
  let rows = 0
  for await (const { items } of labelled) rows += items.length
  const cpu = seconds(before)
  line(
    `trommel, windowed join over the log, ${(rows / 1e3).toFixed(0)}k rows`,
    cpu.toFixed(2),
    `${(rows / cpu / 1e3).toFixed(0)}k/s`,
    labelled.stats.attributed,
  )
}
