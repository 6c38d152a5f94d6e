import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { type Engine, open } from "../../src/engine/index.ts"
import { films, handClock, NOW, smallEngine, tempFolder } from "./small-world.ts"

const built = existsSync(new URL("../../dist/src/index.js", import.meta.url))
const child = fileURLToPath(new URL("./writer-child.mjs", import.meta.url))

/** The pure order of every person's page, and the page itself, with all that is shown. */
async function answers(engine: Engine) {
  const pages = []
  for (let user = 0; user < 80; user += 3) {
    for (const sort of ["score", "recommended"]) {
      const { items, release } = await engine.rank("films", { user: `u${user}`, limit: 12, sort, log: false })
      pages.push({ user, sort, release, items })
    }
  }
  return pages
}

const like = (id: string, user: string, item: string) => ({
  ...{ id, timestamp: NOW, event: "interaction", collection: "films", type: "like" },
  ...{ user, item },
})

test("a store that is closed and opened again answers the same, cell by cell", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  await engine.observe([like("last", "u3", "f20")])
  const before = await answers(engine)
  await engine.close()
  for (let time = 0; time < 2; time++) {
    const again = await open({ store: folder.path, systems: [films], clock: handClock() })
    expect(await answers(again)).toEqual(before)
    expect(await again.observe([like("last", "u3", "f20")])).toMatchObject({ accepted: 0, duplicates: 1 })
    await again.close()
  }
  await folder.dispose()
})

test("a second writer is refused by name, a reader follows what the writer takes in and writes nothing", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  await expect(open({ store: folder.path, systems: [films] })).rejects.toMatchObject({ code: "conflict", where: "store" })
  const reader = await open({ store: folder.path, systems: [films], mode: "read", clock: handClock() })
  expect(await answers(reader)).toEqual(await answers(engine))
  const [top] = (await engine.rank("films", { user: "u4", limit: 1, sort: "score" })).items
  const { position } = await engine.observe([{ ...like("h", "u4", top!.id), type: "hide" }])
  const page = await reader.rank("films", { user: "u4", limit: 60, sort: "score", after: position })
  expect(page.items.map(({ id }) => id)).not.toContain(top!.id)
  expect((await reader.explain(page.requestId)).requestId).toBe(page.requestId)
  await engine.observe([like("n", "u4", "f3")])
  await expect.poll(async () => (await reader.handlers.user("films", "u4", 1)).history[0]?.id, { timeout: 2000, interval: 50 }).toBe("f3")
  expect(reader.handlers.health()).toMatchObject({ status: "ok", events: engine.handlers.health().events })
  await expect(reader.observe([like("r", "u4", "f5")])).rejects.toMatchObject({ code: "conflict" })
  await expect(reader.forget({ user: "u4" })).rejects.toMatchObject({ code: "conflict" })
  await reader.close()
  await engine.close()
  await folder.dispose()
})

test("a reader that opens while the writer is busy and checkpoints gives the writer's answers", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  let busy = true
  const writing = (async () => {
    for (let batch = 0; busy; batch++) {
      await engine.observe(
        Array.from({ length: 50 }, (_, i) => like(`b${batch}-${i}`, `fresh-${batch}-${i % 7}`, `f${(batch + i * 11) % 60}`)),
      )
    }
    return engine.observe([])
  })()
  for (let time = 0; time < 5; time++) {
    const reader = await open({ store: folder.path, systems: [films], mode: "read", clock: handClock() })
    await reader.rank("films", { user: "u1" })
    await reader.close()
  }
  busy = false
  const { position } = await writing
  const reader = await open({ store: folder.path, systems: [films], mode: "read", clock: handClock() })
  await reader.rank("films", { user: "u1", after: position })
  expect(await answers(reader)).toEqual(await answers(engine))
  await reader.close()
  await engine.close()
  await folder.dispose()
})

test.skipIf(!built)(
  "killed with -9 in the middle of a stream of events: nothing acknowledged is lost, the lock is taken over, answers are the same (needs npm run build)",
  async () => {
    const folder = await tempFolder()
    const { engine } = await smallEngine({ store: folder.path })
    await engine.close()
    const writer = spawn(process.execPath, [child, folder.path], { stdio: ["ignore", "pipe", "inherit"] })
    const told: { id: string; hidden: readonly [string, string] | null }[] = []
    for await (const line of createInterface({ input: writer.stdout })) {
      told.push(JSON.parse(line))
      if (told.length === 200) writer.kill("SIGKILL")
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit")
    expect(told.length).toBeGreaterThanOrEqual(200)
    const engines = []
    const first = await open({ store: folder.path, systems: [films], clock: handClock() })
    for (const { id, hidden } of told) {
      expect(await first.observe([like(id, "u1", "f1")]), id).toMatchObject({ accepted: 0, duplicates: 1 })
      if (hidden === null) continue
      const [user, item] = hidden
      const page = await first.rank("films", { user, limit: 60, sort: "score", log: false })
      expect(page.items.map((one) => one.id)).not.toContain(item)
    }
    const before = await answers(first)
    await first.close()
    engines.push(await open({ store: folder.path, systems: [films], clock: handClock() }))
    expect(await answers(engines[0]!)).toEqual(before)
    await engines[0]!.close()
    await folder.dispose()
  },
)
