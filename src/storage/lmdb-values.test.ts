import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { openEnvironment } from "./environment.ts"
import { lmdbValues } from "./lmdb-values.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-values-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test("changes of one turn are one transaction, in their order; a failed one fails them all and nobody after", async () => {
  const environment = await openEnvironment(home, false)
  let commits = 0
  let broken = false
  const values = lmdbValues({
    ...environment,
    commit(action) {
      commits++
      return broken ? Promise.reject(new Error("full")) : environment.commit(action)
    },
  })
  const bytes = (text: string) => Buffer.from(text)
  const read = async (key: string) => (await values.get(key))?.toString()
  await Promise.all([
    ...Array.from({ length: 50 }, (_, n) => values.put(`k${n}`, bytes(String(n)))),
    values.delete("k7"),
    values.put("k8", bytes("again")),
    values.delete("k9"),
    values.put("k9", bytes("back")),
  ])
  expect(commits).toBe(1)
  expect(await Promise.all(["k6", "k7", "k8", "k9"].map(read))).toEqual(["6", undefined, "again", "back"])
  await values.put("k1", bytes("later"))
  expect(commits).toBe(2)
  broken = true
  const failed = await Promise.allSettled([values.put("k1", bytes("x")), values.delete("k2")])
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  broken = false
  await values.put("k3", bytes("fine"))
  expect(await Promise.all(["k1", "k2", "k3"].map(read))).toEqual(["later", "2", "fine"])
  await environment.close()
})
