import { Conflict, NotFound, unknownName } from "../core/index.ts"
import type { Store } from "../storage/index.ts"
import type { Evidence } from "./manifest.ts"

type Releases = Pick<Store, "releases">

/** Everything about a release but its parts. */
export interface ReleaseListing {
  readonly id: string
  readonly createdMs: number
  readonly live: boolean
  readonly evidence?: Evidence
}

/** The release that serves now, or undefined before the first promotion. */
export async function liveRelease(store: Releases, system: string): Promise<string | undefined> {
  return (await store.releases.history(system)).at(-1)
}

/** All releases of a system, newest first. */
export async function listReleases(store: Releases, system: string): Promise<readonly ReleaseListing[]> {
  const live = await liveRelease(store, system)
  const listed = await store.releases.list(system)
  return Promise.all(
    listed.map(async ({ id, createdMs }) => {
      const evidence = await readEvidence(store, system, id)
      return { id, createdMs, live: id === live, ...(evidence === undefined ? {} : { evidence }) }
    }),
  )
}

/** Makes a release live. Promoting the live one changes nothing. @throws {@link NotFound} listing the releases there are */
export async function promote(store: Releases, system: string, id: string): Promise<void> {
  const known = (await store.releases.list(system)).map((release) => release.id)
  if (!known.includes(id)) throw unknownName(`promote ${system}`, "release", id, known)
  const history = await store.releases.history(system)
  if (history.at(-1) !== id) await store.releases.setHistory(system, history, [...history, id])
}

/** Goes back to the release that was live before. @returns its id. @throws {@link Conflict} when there is none */
export async function rollback(store: Releases, system: string): Promise<string> {
  const history = await store.releases.history(system)
  const previous = history.at(-2)
  if (previous === undefined) {
    throw new Conflict(
      `rollback ${system}`,
      "a release that was live before",
      `${history.length} in its history`,
      "Promote the release that should serve.",
    )
  }
  await store.releases.setHistory(system, history, history.slice(0, -1))
  return previous
}

/** The system that owns a release id. @throws {@link NotFound} when none does */
export async function systemOfRelease(store: Releases, systems: readonly string[], id: string): Promise<string> {
  for (const system of systems) {
    if ((await store.releases.list(system)).some((release) => release.id === id)) return system
  }
  throw new NotFound("release", "an id that `trommel releases` lists", JSON.stringify(id), "Check the id.")
}

/** Writes what stands beside a release. */
export function writeEvidence(store: Releases, system: string, id: string, evidence: Evidence): Promise<void> {
  return store.releases.putEvidence(system, id, new TextEncoder().encode(`${JSON.stringify(evidence, null, 2)}\n`))
}

/** What stands beside a release, undefined when it was never written. */
export async function readEvidence(store: Releases, system: string, id: string): Promise<Evidence | undefined> {
  const bytes = await store.releases.evidence(system, id)
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Evidence)
}
