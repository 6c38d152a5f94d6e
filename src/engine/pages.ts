import { type Clock, Corrupt } from "../core/index.ts"
import type { RankRequest, ServedSystem } from "../definition/index.ts"
import { type PageRow, type StoredPage, StoredPages } from "../funnel/index.ts"
import { PARCEL, readParcel, writeParcel } from "./page-parcel.ts"
import type { Tenant } from "./tenant.ts"

/** Rows written between two turns of the event loop. */
const SLICE = 64

/** The pages ranked ahead of one tenant. */
export interface TenantPages {
  /** The page that answers a request which asks for one, undefined when there is none or its time is over. */
  find(system: string, served: ServedSystem, request: RankRequest, nowMs: number): Promise<StoredPage | undefined>
  /** Keeps pages ranked on the state of `position`: at once in the process that writes, else through its spool. Resolves when they are durable. */
  keep(rows: readonly PageRow[], position: number, name: string): Promise<void>
  /** Takes what other processes left in the spool; called again and again by the process that writes. */
  takeParcels(): Promise<void>
  /** Deletes every page of a person, by every name of theirs. */
  forget(names: readonly string[]): Promise<void>
  /** Deletes what expired. Nothing in a process that only reads. */
  sweep(signal?: AbortSignal): Promise<{ readonly expired: number; readonly pages: number; readonly bytes: number }>
}

/** The pages of a tenant; `writes` is false beside the process that owns the store. */
export function tenantPages(tenant: Tenant, clock: Clock, writes: boolean): TenantPages {
  const { store } = tenant
  const pages = new StoredPages(store.values)
  const openedAt = store.log.end
  /** Who was forgotten since this process opened the store, with the log's position then: what was ranked before must not come back. */
  const forgotten = new Map<string, number>()
  const put = async (rows: readonly PageRow[], position: number) => {
    const gone = position < openedAt ? await forgottenBefore(position) : undefined
    for (let start = 0; start < rows.length; start += SLICE) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      const slice = rows.slice(start, start + SLICE).filter(({ key }) => {
        return key.of === "item" || !(gone?.has(key.name) || (forgotten.get(key.name) ?? -1) > position)
      })
      await pages.put(slice)
      // Whoever was forgotten while these were on their way to the disk.
      const late = slice.filter(({ key }) => key.of === "user" && (forgotten.get(key.name) ?? -1) > position)
      await pages.forget(late.map(({ key }) => key.name))
    }
  }
  /** People deleted between a parcel's position and the opening of this process. */
  const forgottenBefore = async (position: number) => {
    const names = new Set<string>()
    for await (const batch of store.log.read({ after: position, to: openedAt })) {
      for (const { record } of batch) {
        if (record.event !== "delete" || record.user === undefined) continue
        for (const name of tenant.fold.namesOf(tenant.tables, record.user)) names.add(name)
      }
    }
    return names
  }
  const takeParcels = async () => {
    for (const name of (await store.spool.names()).filter((one) => one.startsWith(PARCEL))) {
      const bytes = await store.spool.get(name)
      if (bytes === undefined) continue
      try {
        const { position, rows } = readParcel(bytes)
        await put(rows, position)
      } catch (error) {
        if (!(error instanceof Corrupt)) throw error
      }
      await store.spool.delete(name)
    }
  }
  return {
    async find(system, { storedPages }, request, nowMs) {
      const key = request.stored === true ? storedPages?.keyOf(request) : undefined
      return key && pages.get({ system, ...key }, nowMs)
    },
    async keep(rows, position, name) {
      if (rows.length === 0) return
      if (writes) await put(rows, position)
      else await store.spool.put(`${PARCEL}${name}`, writeParcel(rows, position))
    },
    takeParcels,
    async forget(names) {
      for (const name of names) forgotten.set(name, tenant.position + 1)
      await pages.forget(names)
    },
    sweep: (signal) => (writes ? pages.sweep(clock.now(), signal) : Promise.resolve({ expired: 0, pages: 0, bytes: 0 })),
  }
}
