import type { ReleaseSummary, SystemDefinition } from "../definition/index.ts"
import { listReleases, promote, type ReleaseListing, readRelease, rollback, systemOfRelease } from "../releases/index.ts"
import type { Store } from "../storage/index.ts"

/** Releases as people see and move them. */
export interface ReleaseDesk {
  list(system: string): Promise<readonly ReleaseSummary[]>
  promote(release: string, system?: string): Promise<ReleaseSummary>
  rollback(system: string): Promise<ReleaseSummary>
  /** Releases of all systems. */
  count(): Promise<number>
}

/** The desk of one store. */
export function releaseDesk(store: Store, systems: ReadonlyMap<string, SystemDefinition>): ReleaseDesk {
  const list = async (system: string) => (await listReleases(store, system)).map((release) => summary(system, release))
  const one = async (system: string, id: string) => (await list(system)).find((release) => release.id === id)!
  return {
    list,
    async promote(release, system) {
      const owner = system ?? (await systemOfRelease(store, [...systems.keys()], release))
      // Every byte is checked before the pointer moves: a damaged release never becomes what others load.
      await readRelease(store, owner, release)
      await promote(store, owner, release)
      return one(owner, release)
    },
    rollback: async (system) => one(system, await rollback(store, system)),
    async count() {
      const counts = await Promise.all([...systems.keys()].map(async (system) => (await store.releases.list(system)).length))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}

function summary(system: string, { id, createdMs, live, evidence }: ReleaseListing): ReleaseSummary {
  return { id, system, createdMs, live, metrics: evidence?.metrics ?? {}, gates: evidence?.gates ?? [] }
}
