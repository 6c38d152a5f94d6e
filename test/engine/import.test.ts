import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { field } from "../../src/core/index.ts"
import { open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { films, handClock, tempFolder } from "./small-world.ts"

const header = "user,item,timestamp\n"
const rows = (who: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${who}${n},f${n % 60},${1_760_000_000 + n}\n`).join("")

test("an import that was stopped goes on where it was; a file of the same name elsewhere begins at its beginning", async () => {
  const folder = await tempFolder()
  for (const name of ["a", "b"]) {
    await mkdir(join(folder.path, name))
    await writeFile(join(folder.path, name, "views.csv"), header + rows(name, 30_000))
  }
  const engine = await open({ store: join(folder.path, "store"), systems: [films] })
  const stop = new AbortController()
  const a = [join(folder.path, "a", "views.csv")]
  const halfway = engine.import("films", a, { signal: stop.signal, onProgress: () => stop.abort() })
  await expect(halfway).rejects.toMatchObject({ code: "cancelled" })
  expect(await engine.import("films", [join(folder.path, "b", "views.csv")])).toMatchObject({ accepted: 30_000, resumedAt: 1 })
  const rest = await engine.import("films", a)
  expect(rest.resumedAt).toBeGreaterThan(1)
  expect(engine.handlers.health().events).toBe(60_000)
  expect(await engine.import("films", a)).toMatchObject({ read: 30_000, accepted: 0, duplicates: 30_000 })
  await engine.close()
  await folder.dispose()
})

test("what is not there, or a folder beside files, is refused before anything is read", async () => {
  const folder = await tempFolder()
  await writeFile(join(folder.path, "views.csv"), header + rows("u", 10))
  const engine = await open({ systems: [films] })
  const good = join(folder.path, "views.csv")
  await expect(engine.import("films", [good, join(folder.path, "none.csv")])).rejects.toMatchObject({ code: "not_found", where: "import" })
  await expect(engine.import("films", [good, folder.path])).rejects.toMatchObject({ code: "invalid_argument", where: "import" })
  await expect(engine.import("films", [folder.path])).rejects.toMatchObject({ code: "invalid_argument" })
  expect(engine.handlers.health().events).toBe(0)
  await engine.close()
  await folder.dispose()
})

test("personal fields are hashed in files as they are in events, with the same key", async () => {
  const folder = await tempFolder()
  const schema = { item: {}, user: { email: field.category({ personal: "hash" }), name: field.text({ personal: "drop" }) } }
  const system = recommendation({ name: "shop", schema })
  await writeFile(join(folder.path, "users.csv"), "user,email,name\nu1,ann@example.org,Ann\n")
  const store = join(folder.path, "store")
  await expect(open({ store, systems: [system], clock: handClock() })).rejects.toMatchObject({ code: "invalid_argument" })
  const engine = await open({ store, systems: [system], personalKey: "a key of sixteen or more" })
  expect(await engine.import("shop", [join(folder.path, "users.csv")])).toMatchObject({ accepted: 1, rejectedCount: 0 })
  await engine.close()
  const { openStore } = await import("../../src/storage/index.ts")
  const reader = await openStore({ dir: store, mode: "read" })
  for await (const batch of reader.log.read()) {
    expect(JSON.stringify(batch)).not.toMatch(/ann@example|"Ann"/)
    expect(batch[0]!.record).toMatchObject({ event: "user", fields: { email: expect.stringMatching(/^[0-9a-f]{64}$/) } })
  }
  await reader.close()
  await folder.dispose()
})
