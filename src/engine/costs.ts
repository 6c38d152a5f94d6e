import { keyCosts } from "../features/index.ts"
import { featureLogBytesPerRequest } from "../storage/index.ts"
import type { EngineCosts } from "./api.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { LogShares } from "./record.ts"
import type { Tenant } from "./tenant.ts"

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
  return {
    stateBytes: store.state.bytes,
    idBytes: ids.bytes,
    catalogueBytes: catalogue.bytes,
    keys: keyCosts(fold.families),
    pages,
  }
}
