import { createHash } from "node:crypto"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { canonicalJson } from "../../src/core/index.ts"
import { open } from "../../src/engine/index.ts"
import { films, tempFolder } from "./small-world.ts"

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Films with fields, and views, two rows of which cannot be read. */
async function files(folder: string): Promise<readonly string[]> {
  const items = Array.from({ length: 30 }, (_, i) => `f${i},Film ${i},drama|comedy,${1980 + i}`)
  const views = Array.from({ length: 500 }, (_, i) => `u${i % 40},f${(i * 7) % 30},${1_760_000_000 + i * 60}`)
  views.splice(100, 0, "u1,,1760000000", "u2,f3,yesterday")
  const [filmFile, viewFile] = [join(folder, "films.csv"), join(folder, "views.csv")]
  await writeFile(filmFile, `item,title,genres,year\n${items.join("\n")}\n`)
  await writeFile(viewFile, `user,item,timestamp\n${views.join("\n")}\n`)
  return [filmFile, viewFile]
}

/** Extracts, checks, loads and looks: counts, and a hash of all that came out. */
async function run(store: string, paths: readonly string[], schema: string, freeze: boolean) {
  const engine = await open({ store, systems: [films] })
  closing.push(() => engine.close())
  const { accepted, rejectedCount, rejected } = await engine.import("films", paths)
  const { card, rates, drift, violations } = await engine.data("films", { schema, freeze })
  const hash = createHash("sha256").update(canonicalJson({ card, rates, drift })).digest("hex")
  return { accepted, rejectedCount, reasons: rejected.map(({ line }) => line), hash, violations }
}

test("files are extracted, checked and loaded: refusals are counted with their lines, and a run again gives the same hash", async () => {
  const { path, dispose } = await tempFolder()
  closing.push(dispose)
  const paths = await files(path)
  const schema = join(path, "schema.json")
  const first = await run(join(path, "one"), paths, schema, true)
  expect(first).toMatchObject({ accepted: 530, rejectedCount: 2, reasons: [102, 103] })
  const second = await run(join(path, "two"), paths, schema, false)
  expect(second.hash).toBe(first.hash)
  expect(second.violations).toEqual([])
})
