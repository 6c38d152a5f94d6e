import { mkdtempSync, rmSync } from "node:fs"
import { readFile, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { blobsContract } from "../../test/contracts/storage-blobs.ts"
import { featureLogContract } from "../../test/contracts/storage-features.ts"
import { releaseStoreContract } from "../../test/contracts/storage-releases.ts"
import { spoolContract } from "../../test/contracts/storage-spool.ts"
import { keyValueContract } from "../../test/contracts/storage-values.ts"
import { Corrupt, manualClock } from "../core/index.ts"
import { openEnvironment } from "./environment.ts"
import { fileFeatureLog } from "./file-feature-log.ts"
import { fileReleases } from "./file-releases.ts"
import { fileBlobs, fileSpool, memoryBlobs, memoryFeatureLog, memoryReleases, memorySpool, memoryValues } from "./index.ts"
import { lmdbValues } from "./lmdb-values.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-small-"))
const folder = () => mkdtempSync(join(home, "f-"))
const environments: { close(): Promise<void> }[] = []
afterAll(async () => {
  for (const environment of environments) await environment.close()
  rmSync(home, { recursive: true, force: true })
})

keyValueContract("memory", async () => memoryValues())
// One environment for all: each test uses keys of its own or removes them.
let shared: ReturnType<typeof openEnvironment> | undefined
keyValueContract("LMDB", async () => {
  shared ??= openEnvironment(folder(), false).then((environment) => {
    environments.push(environment)
    return environment
  })
  const values = lmdbValues(await shared)
  const left: string[] = []
  for await (const [key] of values.range({ prefix: "" })) left.push(key)
  await Promise.all(left.map((key) => values.delete(key)))
  return values
})

blobsContract("memory", async () => memoryBlobs())
blobsContract("files", async () => fileBlobs(folder()))

spoolContract("memory", async () => memorySpool())
spoolContract("files", async () => fileSpool(folder()))

releaseStoreContract("memory", async (clock) => {
  const releases = memoryReleases({ clock })
  return { releases, again: () => releases }
})
releaseStoreContract("files", async (clock) => {
  const where = folder()
  return { releases: fileReleases(where, { clock }), again: () => fileReleases(where, { clock }) }
})

featureLogContract("memory", async (options) => memoryFeatureLog(options))
featureLogContract("files", (options) => fileFeatureLog(folder(), { ...options, segmentBytes: 4000, clock: manualClock(1000) }))

test("an altered blob is refused by its hash, and putting it again repairs a cut one", async () => {
  const where = folder()
  const blobs = fileBlobs(where)
  const hash = await blobs.put(Buffer.from("content"))
  const path = join(where, hash.slice(0, 2), hash.slice(2, 4), hash)
  await writeFile(path, "cOntent")
  await expect(blobs.get(hash)).rejects.toThrow(Corrupt)
  await truncate(path, 3)
  await expect(blobs.get(hash)).rejects.toThrow(Corrupt)
  await blobs.put(Buffer.from("content"))
  expect(Buffer.from(await blobs.get(hash)).toString()).toBe("content")
})

test.each([1, 31, 33, 60])("a feature log whose last record lost %i bytes keeps the others and goes on", async (lost) => {
  const where = folder()
  const row = (requestId: string) => ({
    requestId,
    time: 5,
    schemaHash: "h",
    ids: Uint32Array.of(1),
    values: { data: Float32Array.of(1.5), rows: 1, cols: 1 },
  })
  let log = await fileFeatureLog(where)
  for (const id of ["a", "b", "c"]) log.append(row(id))
  await log.close()
  const path = join(where, "00000001.f32")
  await truncate(path, (await readFile(path)).length - lost)
  log = await fileFeatureLog(where)
  const left = lost < 44 ? ["a", "b"] : ["a"]
  log.append(row("d"))
  const seen: string[] = []
  for await (const { requestId } of log.all()) seen.push(requestId)
  expect(seen).toEqual([...left, "d"])
  expect(await log.read("c")).toBeUndefined()
  expect((await log.read("d"))?.values.data[0]).toBe(1.5)
  await log.close()
})

test("a reader of the feature log sees what the writer flushed", async () => {
  const where = folder()
  const writer = await fileFeatureLog(where)
  const reader = await fileFeatureLog(where, { readOnly: true })
  for (const id of ["a", "b"]) {
    writer.append({
      requestId: id,
      time: 1,
      schemaHash: "h",
      ids: new Uint32Array(0),
      values: { data: new Float32Array(0), rows: 0, cols: 3 },
    })
    await writer.flush()
    expect((await reader.read(id))?.values.cols).toBe(3)
  }
  expect(() =>
    reader.append({
      requestId: "x",
      time: 1,
      schemaHash: "",
      ids: new Uint32Array(0),
      values: { data: new Float32Array(0), rows: 0, cols: 0 },
    }),
  ).toThrow("only reads")
  await writer.close()
})
