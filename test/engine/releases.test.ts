import { readdir, readFile, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type Engine, open } from "../../src/engine/index.ts"
import { films, handClock, NOW, smallEngine, tempFolder } from "./small-world.ts"

/** Every file below a folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const first = async (engine: Engine, release?: string) =>
  (await engine.rank("films", { user: "u1", limit: 5, log: false, sort: "score", ...(release ? { release } : {}) })).items

/** A second release of the same world: more likes came. */
async function second(engine: Engine): Promise<string> {
  const likes = Array.from({ length: 40 }, (_, i) => ({
    ...{ id: `more-${i}`, timestamp: NOW, event: "interaction", collection: "films", type: "like" },
    ...{ user: `u${i}`, item: `f${(i * 7) % 60}` },
  }))
  await engine.observe(likes)
  const { release } = await engine.train("films")
  // The first answer has the live release work the new likes into its vectors, beside the requests.
  await first(engine)
  await new Promise((resolve) => setTimeout(resolve, 200))
  return release
}

test("the same log and seed give the same release, another seed or more events another one", async () => {
  const { engine, release } = await smallEngine()
  expect((await engine.train("films")).release).toBe(release)
  const other = await second(engine)
  expect(other).not.toBe(release)
  const listed = await engine.releases("films")
  expect(listed.map(({ id }) => id).sort()).toEqual([release, other].sort())
  expect(listed.filter(({ live }) => live).map(({ id }) => id)).toEqual([release])
  expect(listed[0]!.gates.every(({ passed }) => passed)).toBe(true)
  await engine.close()
})

test("rollback is a pointer: under a second, the previous release warm, its answers as before", async () => {
  const folder = await tempFolder()
  const { engine, release } = await smallEngine({ store: folder.path })
  const next = await second(engine)
  const before = await first(engine)
  await engine.promote(next)
  expect((await engine.rank("films", { user: "u1", log: false })).release).toBe(next)
  // The files are gone: what is rolled back to must come from memory.
  const blobs = await filesIn(join(folder.path, "default", "blobs"))
  const kept = await Promise.all(blobs.map(async (path) => [path, await readFile(path)] as const))
  for (const [path] of kept) await writeFile(path, "")
  const started = performance.now()
  expect(await engine.rollback("films")).toMatchObject({ id: release, live: true })
  const page = await engine.rank("films", { user: "u1", limit: 5, sort: "score", log: false })
  expect(performance.now() - started).toBeLessThan(1000)
  expect([page.release, page.items]).toEqual([release, before])
  for (const [path, bytes] of kept) await writeFile(path, bytes)
  await expect(engine.rollback("films")).rejects.toMatchObject({ code: "conflict" })
  await engine.close()
  await folder.dispose()
})

test.each([
  { name: "truncated", harm: (path: string, bytes: Buffer) => truncate(path, bytes.length - 1) },
  { name: "altered in one bit", harm: (path: string, bytes: Buffer) => writeFile(path, flipped(bytes)) },
  { name: "emptied", harm: (path: string) => writeFile(path, "") },
])("a release with a part $name is refused, the running one stays", async ({ harm }) => {
  const folder = await tempFolder()
  const warnings: string[] = []
  const { engine, release } = await smallEngine({ store: folder.path, onWarning: (text) => warnings.push(text) })
  const blobs = join(folder.path, "default", "blobs")
  const known = new Set(await filesIn(blobs))
  const next = await second(engine)
  const before = await first(engine)
  const fresh = (await filesIn(blobs)).filter((path) => !known.has(path))
  expect(fresh.length).toBeGreaterThan(0)
  await harm(fresh[0]!, await readFile(fresh[0]!))
  await expect(engine.promote(next)).rejects.toMatchObject({ code: "corrupt" })
  await expect(engine.handlers.promote("films", next)).rejects.toMatchObject({ code: "corrupt" })
  await expect(engine.rank("films", { user: "u1", release: next })).rejects.toMatchObject({ code: "corrupt" })
  const page = await engine.rank("films", { user: "u1", limit: 5, sort: "score", log: false })
  expect([page.release, page.items]).toEqual([release, before])
  expect((await engine.releases("films")).find(({ live }) => live)?.id).toBe(release)
  await engine.close()
  const again = await open({ store: folder.path, systems: [films], clock: handClock() })
  expect((await again.rank("films", { user: "u1", log: false })).release).toBe(release)
  await again.close()
  await folder.dispose()
})

test("a pointer that another process moved to a damaged release leaves the running one in place and is told", async () => {
  const folder = await tempFolder()
  const warnings: string[] = []
  const { engine, release } = await smallEngine({ store: folder.path, onWarning: (text) => warnings.push(text) })
  const next = await second(engine)
  const history = join(folder.path, "default", "releases", "films", "history")
  const manifest = (await filesIn(join(folder.path, "default", "releases", "films", "releases", next))).find((path) =>
    path.endsWith("manifest"),
  )!
  await writeFile(manifest, flipped(await readFile(manifest)))
  await writeFile(join(history, "00000002.json"), JSON.stringify([release, next]))
  await expect.poll(() => warnings, { timeout: 1000, interval: 50 }).toEqual([expect.stringContaining(`release ${next}`)])
  expect((await engine.rank("films", { user: "u1", log: false })).release).toBe(release)
  await engine.close()
  await folder.dispose()
})

test("a promotion from another process is served within a second, and so is a rollback", async () => {
  const folder = await tempFolder()
  const { engine, release } = await smallEngine({ store: folder.path })
  const next = await second(engine)
  const beside = await open({ store: folder.path, systems: [films], mode: "read" })
  const served = async () => (await engine.rank("films", { user: "u1", log: false })).release
  await beside.promote(next)
  await expect.poll(served, { timeout: 1000, interval: 20 }).toBe(next)
  await beside.rollback("films")
  await expect.poll(served, { timeout: 1000, interval: 20 }).toBe(release)
  await beside.close()
  await engine.close()
  await folder.dispose()
})

test("two quick promotions end at the later one", async () => {
  const folder = await tempFolder()
  const { engine, release } = await smallEngine({ store: folder.path })
  const next = await second(engine)
  const beside = await open({ store: folder.path, systems: [films], mode: "read" })
  await beside.promote(next)
  await beside.promote(release)
  await Promise.all([engine.promote(next), engine.handlers.promote("films", release)].map((one) => one.catch(() => {})))
  const live = (await engine.releases("films")).find((one) => one.live)!.id
  await expect.poll(async () => (await engine.rank("films", { user: "u1", log: false })).release, { timeout: 1000 }).toBe(live)
  await beside.close()
  await engine.close()
  await folder.dispose()
})

test("a release trained on other features is refused with what to do", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  await engine.close()
  const changed = films.withOptions({ ...(films.options as object), schema: { item: {} } })
  const warnings: string[] = []
  const other = await open({ store: folder.path, systems: [changed], onWarning: (text) => warnings.push(text) })
  expect(warnings).toEqual([expect.stringContaining("train again")])
  await expect(other.rank("films", { user: "u1" })).rejects.toMatchObject({ code: "unavailable" })
  expect(other.handlers.ready()).toEqual({ ready: false, missing: [expect.stringContaining("films")] })
  await other.close()
  await folder.dispose()
})

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[Math.floor(copy.length / 2)]! ^= 1
  return copy
}
