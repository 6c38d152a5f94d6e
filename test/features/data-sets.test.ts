import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"

interface DataSet {
  readonly licence: string
  readonly source?: string
  readonly sha256: Readonly<Record<string, string>>
}
const fixture = new URL("../fixtures/data/data-sets.json", import.meta.url)
const sets = JSON.parse(readFileSync(fixture, "utf8")) as Readonly<Record<string, DataSet>>
const root = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))

describe("data sets that tests and benchmarks use", () => {
  test("each has a licence note and checksums", () => {
    for (const [name, { licence, sha256 }] of Object.entries(sets)) {
      expect(licence.length, name).toBeGreaterThan(5)
      for (const sum of Object.values(sha256)) expect(sum, name).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  for (const [name, { sha256 }] of Object.entries(sets)) {
    const isThere = existsSync(join(root, name))
    test.skipIf(!isThere)(`${name}: the files are the ones that numbers were measured on${isThere ? "" : " (skipped: no data)"}`, () => {
      for (const [file, sum] of Object.entries(sha256)) {
        expect(
          createHash("sha256")
            .update(readFileSync(join(root, name, file)))
            .digest("hex"),
          file,
        ).toBe(sum)
      }
    })
  }
})
