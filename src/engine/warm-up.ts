import { USERS } from "../core/index.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { Rank } from "./rank.ts"
import type { Tenant } from "./tenant.ts"

/** Pages ranked for each system: enough for the compiler to have seen every part. */
const PAGES = 60
const MOST_MS = 1500

/** Ranks pages for the first people of the store with every live release; trouble is left to real requests to tell. */
export async function warmUp(tenant: Tenant, live: LiveReleases, rank: Rank): Promise<void> {
  const users = tenant.ids.collection(USERS)
  const until = performance.now() + MOST_MS
  for (const system of tenant.systems.keys()) {
    if (live.current(system) === undefined) continue
    for (let page = 0; page < PAGES && performance.now() < until; page++) {
      const user = users.size === 0 ? "nobody" : users.name(page % users.size)
      await rank(system, { user, log: false }).catch(() => undefined)
    }
  }
}
