import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterAll, expect, test } from "vitest"
import { readAll } from "../../test/contracts/storage-log.ts"
import { openStore } from "./index.ts"

const built = fileURLToPath(new URL("../../dist/src/storage/index.js", import.meta.url))
const child = fileURLToPath(new URL("../../test/contracts/storage-writer-child.mjs", import.meta.url))
const home = mkdtempSync(join(tmpdir(), "trommel-kill-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test.skipIf(!existsSync(join(built, "..", "store.js")))(
  "a writer killed at any moment loses nothing acknowledged, and the next one takes over at once (needs npm run build)",
  async () => {
    const declarations = [{ kind: "latest", name: "count", key: "item", width: 600 }] as const
    let before = 0
    for (const round of [1, 2, 3]) {
      const { acknowledged, refusal } = await killAfter(12 * round + 3, `r${round}`)
      expect(refusal).toContain("writing since")
      const store = await openStore({ dir: home, mode: "write" })
      const entries = await readAll(store.log)
      expect(acknowledged).toBeGreaterThan(before)
      expect(store.log.end).toBeGreaterThanOrEqual(acknowledged)
      expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: store.log.end }, (_, i) => i + 1))
      expect(store.log.append([{ record: entries.at(-1)!.record, time: 1 }]).duplicates).toEqual([0])
      const { tables, position } = await store.state.open(declarations, "v1")
      const count = tables.fixed("count")
      expect(position).toBeLessThanOrEqual(store.log.end)
      for (let key = 0; key < 50 && position > 0; key++) {
        const expected = Math.floor((position - key) / 50) + (key === 0 ? 0 : 1)
        expect([key, count.page(key)[count.offset(key)], count.page(key)[count.offset(key) + 600]]).toEqual([key, expected, expected])
      }
      before = store.log.end
      await store.close()
    }
    expect(before).toBeGreaterThan(100)
  },
)

/** Runs the writer until it has acknowledged that many appends, tries to open beside it, kills it, and says what it promised last. */
async function killAfter(appends: number, prefix: string): Promise<{ readonly acknowledged: number; readonly refusal: string }> {
  const writer: ChildProcess = spawn(process.execPath, [child, pathToFileURL(built).href, home, prefix], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const exited = new Promise((resolve) => writer.once("exit", resolve))
  let acknowledged = 0
  let seen = 0
  let refusal = ""
  for await (const line of createInterface({ input: writer.stdout! })) {
    acknowledged = Math.max(acknowledged, Number(line))
    if (++seen !== appends) continue
    refusal = await openStore({ dir: home, mode: "write" }).then(
      () => "opened",
      (error: Error) => error.message,
    )
    writer.kill("SIGKILL")
  }
  await exited
  return { acknowledged, refusal }
}
