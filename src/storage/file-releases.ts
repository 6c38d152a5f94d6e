import { existsSync, readdirSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, systemClock, unknownName } from "../core/index.ts"
import { ifThere, names, writeNew, writeWhole } from "./files.ts"
import { pathSegment, segmentName } from "./keys.ts"
import { historyMoved, sameIds } from "./memory-releases.ts"
import type { ReleaseStore } from "./ports.ts"

const POLL_MS = 250

/**
 * Releases as files: `<system>/releases/<id>/{manifest,created.json,evidence}` and `<system>/history/<n>.json`.
 *
 * A change of the history is a new file with the next number, made only if no process has made it before: so compare-and-set holds between
 * processes without a lock, and the folder tells what was live when.
 */
export function fileReleases(folder: string, { clock = systemClock }: { readonly clock?: Clock } = {}): ReleaseStore {
  const home = (system: string, id: string) => join(folder, pathSegment(system), "releases", pathSegment(id))
  const histories = (system: string) => join(folder, pathSegment(system), "history")

  async function list(system: string) {
    const found = await names(join(folder, pathSegment(system), "releases"))
    const releases = await Promise.all(
      found.map(async (segment) => {
        const id = segmentName(segment)
        const created = await ifThere(readFile(join(home(system, id), "created.json"), "utf8"))
        return created === undefined ? [] : [{ id, createdMs: (JSON.parse(created) as { createdMs: number }).createdMs }]
      }),
    )
    return releases.flat().sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? -1 : 1))
  }

  async function part(system: string, id: string, name: string): Promise<Uint8Array | undefined> {
    const bytes = await ifThere(readFile(join(home(system, id), name)))
    if (bytes !== undefined) return bytes
    const known = (await list(system)).map((release) => release.id)
    if (!known.includes(id)) throw unknownName(`releases of ${system}`, "release", id, known)
    return undefined
  }

  async function newest(system: string): Promise<{ readonly number: number; readonly ids: readonly string[] }> {
    const number = newestOf(await names(histories(system)))
    if (number === 0) return { number, ids: [] }
    return { number, ids: JSON.parse(await readFile(historyFile(histories(system), number), "utf8")) as string[] }
  }

  return {
    list,
    async put(system, id, manifest) {
      await writeNew(join(home(system, id), "manifest"), manifest)
      await writeNew(join(home(system, id), "created.json"), Buffer.from(`${JSON.stringify({ createdMs: clock.now() })}\n`))
    },
    async manifest(system, id) {
      return (await part(system, id, "manifest")) ?? new Uint8Array()
    },
    async putEvidence(system, id, evidence) {
      await part(system, id, "manifest")
      await writeWhole(join(home(system, id), "evidence"), evidence)
    },
    evidence: (system, id) => part(system, id, "evidence"),
    history: async (system) => (await newest(system)).ids,
    async setHistory(system, expected, next) {
      const { number, ids } = await newest(system)
      if (!sameIds(ids, expected)) throw historyMoved(system, expected, ids)
      const won = await writeNew(historyFile(histories(system), number + 1), Buffer.from(`${JSON.stringify(next)}\n`))
      if (!won) throw historyMoved(system, expected, (await newest(system)).ids)
    },
    watch: (onChange) => watchHistories(folder, onChange),
  }
}

const historyFile = (folder: string, number: number) => join(folder, `${String(number).padStart(8, "0")}.json`)

function newestOf(files: readonly string[]): number {
  return files.reduce((newest, name) => Math.max(newest, /^\d+\.json$/.test(name) ? Number.parseInt(name, 10) : 0), 0)
}

/** Looks at the newest history of every system a few times a second: works on every file system, also shared ones. */
function watchHistories(folder: string, onChange: (system: string) => void): () => void {
  const known = new Map<string, number>()
  // The first look is synchronous, so that no change after `watch` returns is missed.
  for (const system of namesNow(folder)) known.set(system, newestOf(namesNow(join(folder, system, "history"))))
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    for (const system of await names(folder)) {
      const number = newestOf(await names(join(folder, system, "history")))
      if (stopped || number === (known.get(system) ?? 0)) continue
      known.set(system, number)
      onChange(segmentName(system))
    }
  }
  const again = () => {
    if (stopped) return
    // A failed look (a disk that is away for a moment) is made again with the next one.
    timer = setTimeout(
      () =>
        void look()
          .catch(() => {})
          .finally(again),
      POLL_MS,
    )
    timer.unref()
  }
  again()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

function namesNow(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
