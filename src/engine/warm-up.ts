import { USERS } from "../core/index.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { Operate } from "./operations.ts"
import type { Rank } from "./rank.ts"
import type { Tenant } from "./tenant.ts"

/** Pages ranked for each system: enough for the compiler to have seen every part. */
const PAGES = 60
const MOST_MS = 1500

/** Ranks pages for the first people of the store with every live release; trouble is left to real requests to tell. */
export async function warmUp(tenant: Tenant, live: LiveReleases, rank: Rank, operate: Operate): Promise<void> {
  const users = tenant.ids.collection(USERS)
  const until = performance.now() + MOST_MS
  for (const [system, { operations }] of tenant.systems) {
    if (live.current(system) === undefined) continue
    const hasPage = operations?.page !== undefined
    for (let page = 0; page < PAGES && performance.now() < until; page++) {
      const user = users.size === 0 ? "nobody" : users.name(page % users.size)
      await rank(system, { user, log: false }).catch(() => undefined)
      if (hasPage && page % 3 === 0) await operate(system, "page", { user, log: false }).catch(() => undefined)
    }
  }
}
