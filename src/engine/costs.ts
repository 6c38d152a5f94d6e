import { keyCosts } from "../features/index.ts"
import { featureLogBytesPerRequest } from "../storage/index.ts"
import type { EngineCosts } from "./api.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { LogShares } from "./record.ts"
import type { Tenant } from "./tenant.ts"

/** What a server takes beyond its parts once some thousand requests were answered: measured on MovieLens 1M, Node 20, x86-64. */
const PROCESS_BYTES = 200e6
/** Items a page has when nobody says otherwise. */
const PAGE = 20

/** What the store holds now, and what one more user, item or page adds, by formula. */
export function engineCosts(tenant: Tenant, live: LiveReleases, log: LogShares | undefined): EngineCosts {
  const { store, ids, catalogue, fold, systems } = tenant
  const pages = [...systems.keys()].map((name) => ({
    system: name,
    featureBytes: (log?.candidates ?? 1) * featureLogBytesPerRequest(PAGE, tenant.featureSet(name, false).columns.length),
    live: live.current(name) !== undefined,
  }))
  const releases = [...systems.keys()].map((system) => ({ system, parts: live.current(system)?.served.memory?.() ?? {} }))
  const held = {
    stateBytes: store.state.bytes,
    idBytes: ids.bytes,
    catalogueBytes: catalogue.bytes,
    duplicateBytes: store.log.memoryBytes,
    processBytes: PROCESS_BYTES,
  }
  const released = releases.reduce((sum, { parts }) => sum + sumOf(parts), 0)
  return {
    ...held,
    releases,
    totalBytes: sumOf(held) + released,
    keys: keyCosts(fold.families),
    pages,
  }
}

const sumOf = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)
