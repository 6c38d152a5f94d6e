import { cp, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { timelessFolder } from "../cli/built.ts"
import { tempFolder } from "../engine/small-world.ts"

test("training and its search never read the test part; evaluating notes who opened it", async () => {
  const folder = await tempFolder()
  const data = await timelessFolder(folder.path)
  // The same training part with a test part that says something else altogether.
  const other = join(folder.path, "other")
  await cp(data, other, { recursive: true })
  await writeFile(join(other, "test.txt"), "10 0 1 2 3 4 5\n")
  const engine = await open({ store: join(folder.path, "store"), systems: [recommendation()], training: "inline" })
  const [first, second] = [await engine.train("recommendation", { data }), await engine.train("recommendation", { data: other })]
  const { chosen, rows, metrics } = first
  expect({ chosen, rows, metrics }).toEqual({ chosen: second.chosen, rows: second.rows, metrics: second.metrics })

  const opened = async (release: string) => {
    const { notes } = await engine.evaluate("recommendation", { data, release })
    return notes.find((note) => note.startsWith("Test part"))!
  }
  expect(await opened(first.release)).toBe("Test part opened once by this release.")
  expect(await opened(first.release)).toMatch(/^Test part opened again by this release, first at 20/)
  if (second.release !== first.release) expect(await opened(second.release)).toMatch(/^Test part opened once by this release; 1 other has/)
  await engine.close()
  await folder.dispose()
}, 60_000)
