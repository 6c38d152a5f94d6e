import { USERS } from "../core/index.ts"
import type { SystemDefinition, UserHistory, UserList } from "../definition/index.ts"
import type { Tenant } from "./tenant.ts"

/** Users looked at when a picker asks for the most active ones: the first so many by dense id. */
const SCANNED = 20_000
/** The key that marks a store whose audience was made. */
const SIMULATED = "note/simulated"

/** Notes that the events of this store come from a simulated audience: shown wherever people are listed. */
export async function markSimulated(tenant: Tenant): Promise<void> {
  await tenant.store.values.put(SIMULATED, new TextEncoder().encode("true"))
}

/** Who there is and what they did, read from the folded state. */
export function peopleOf(tenant: Tenant): {
  list(system: SystemDefinition, limit: number): Promise<UserList>
  history(system: SystemDefinition, id: string, limit: number): UserHistory
} {
  const users = tenant.ids.collection(USERS)
  const historyOf = (system: SystemDefinition) => tenant.tables.list(tenant.featureSet(system.name, false).historyName)
  return {
    async list(system, limit) {
      const table = historyOf(system)
      const active: { dense: number; items: number }[] = []
      for (let dense = 0; dense < Math.min(users.size, SCANNED); dense++) {
        const items = table.length(dense)
        if (items > 0) active.push({ dense, items })
      }
      active.sort((a, b) => b.items - a.items || a.dense - b.dense)
      return {
        simulated: (await tenant.store.values.get(SIMULATED)) !== undefined,
        users: active
          .slice(0, limit)
          .map(({ dense, items }) => ({ id: users.name(dense), note: `${items} item${items === 1 ? "" : "s"}` })),
      }
    },
    history(system, id, limit) {
      const table = historyOf(system)
      const collection = system.collections[0]!
      const items = tenant.ids.collection(collection)
      const user = users.find(id)
      const length = user < 0 ? 0 : table.length(user)
      const history: { id: string; time: number; title?: string; fields: UserHistory["history"][number]["fields"] }[] = []
      for (let tuple = length - 1; tuple >= 0 && history.length < limit; tuple--) {
        const start = table.start(user) + tuple * table.width
        const dense = table.page(user)[start]!
        const fields = tenant.catalogue.has(collection, dense) ? tenant.catalogue.fields(collection, dense) : {}
        const title = typeof fields.title === "string" ? { title: fields.title } : {}
        history.push({ id: items.name(dense), time: table.page(user)[start + 1]!, ...title, fields })
      }
      return { id, history }
    },
  }
}
