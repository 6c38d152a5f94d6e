import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { eventLogContract, type LogUnderTest } from "../../test/contracts/storage-log.ts"
import type { Clock } from "../core/index.ts"
import { memoryLog, openStore } from "./index.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-log-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

eventLogContract("memory", async (clock, ids) => ({ log: memoryLog({ clock, ids }), close: async () => {} }))
eventLogContract("LMDB", (clock, ids) => opened(mkdtempSync(join(home, "log-")), clock, ids))

async function opened(dir: string, clock: Clock, ids: { maxIds?: number }): Promise<LogUnderTest> {
  const store = await openStore({ dir, mode: "write", clock, ids })
  return { log: store.log, reopen: () => opened(dir, clock, ids), close: () => store.close() }
}
