import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { timelessFolder } from "../cli/built.ts"
import { tempFolder } from "../engine/small-world.ts"
import { serveEngine } from "../serving/real-server.ts"

const PEOPLE = 100
const DEPTH = 100

test("the run file of evaluate equals the HTTP answers of a server on the same release and data, row by row, for 100 people", async () => {
  const folder = await tempFolder()
  const data = await timelessFolder(folder.path)
  const store = join(folder.path, "store")
  const run = join(folder.path, "out.run")
  const open_ = () => open({ store, systems: [recommendation()], training: "inline" })
  const trainer = await open_()
  const { release } = await trainer.train("recommendation", { data })
  await trainer.promote(release)
  await trainer.import("recommendation", [data])
  const report = await trainer.evaluate("recommendation", { data, run })
  expect([report.release, report.notes.filter((note) => note.startsWith("Degraded"))]).toEqual([release, []])
  const events = trainer.handlers.health().events
  await trainer.close()

  const rows = new Map<string, string[]>()
  for (const line of (await readFile(run, "utf8")).trim().split("\n")) {
    const [person, , item] = line.split(" ")
    rows.set(person!, [...(rows.get(person!) ?? []), item!])
  }
  expect(rows.size).toBe(report.queries)
  const engine = await open_()
  const server = await serveEngine(engine)
  for (const [person, expected] of [...rows].slice(0, PEOPLE)) {
    const body = { user: person, sort: "score", limit: DEPTH, log: false, timeoutMs: 60_000 }
    const answer = (await server.call("/v1/recommendation/rank", body)).body as {
      release: string
      degraded: string[]
      items: { id: string }[]
    }
    expect([answer.release, answer.degraded]).toEqual([release, []])
    expect(
      answer.items.map(({ id }) => id),
      person,
    ).toEqual(expected)
  }
  expect(engine.handlers.health().events).toBe(events)
  await server.close()
  await engine.close()
  await folder.dispose()
}, 60_000)

test("a store that was open before the data came answers the same once it is opened again", async () => {
  const folder = await tempFolder()
  const data = await timelessFolder(folder.path)
  const running = await open({ store: join(folder.path, "running"), systems: [recommendation()], training: "inline" })
  await running.import("recommendation", [data])
  await running.promote((await running.train("recommendation")).release)
  const before = await running.rank("recommendation", { user: "10", sort: "score", limit: 20, log: false })
  await running.close()
  const again = await open({ store: join(folder.path, "running"), systems: [recommendation()] })
  const after = await again.rank("recommendation", { user: "10", sort: "score", limit: 20, log: false })
  expect(after.items).toEqual(before.items)
  await again.close()
  await folder.dispose()
}, 60_000)
