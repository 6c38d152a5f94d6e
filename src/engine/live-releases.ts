import { type Clock, canonicalJson, type KernelThread, Unavailable } from "../core/index.ts"
import type { ServedSystem, SystemDefinition } from "../definition/index.ts"
import { liveRelease, readRelease } from "../releases/index.ts"
import type { Store } from "../storage/index.ts"
import type { Tenant } from "./tenant.ts"

/** Releases that are kept loaded: the live one of each system, the one before it, and those that requests named. */
const WARM_PER_SYSTEM = 3

/** A release that can answer. */
export interface LoadedRelease {
  readonly id: string
  readonly served: ServedSystem
}

/** The releases in memory. Requests under way keep the one they started with; a change of the pointer is seen within a second. */
export interface LiveReleases {
  /** The live release, or the named one. @throws {@link Unavailable} before the first promotion, {@link NotFound}, {@link Corrupt} */
  get(system: string, release?: string): Promise<LoadedRelease>
  /** The live release if it is loaded. */
  current(system: string): LoadedRelease | undefined
  /** Loads what is live now; a release that cannot be loaded leaves the running one in place and is told to `onError`. */
  refresh(system: string): Promise<void>
  close(): void
}

/** Keeps the live releases of a tenant loaded and follows their pointers. */
export async function liveReleases(
  tenant: Tenant,
  clock: Clock,
  onError: (system: string, error: unknown) => void,
  scoring?: KernelThread,
): Promise<LiveReleases> {
  const current = new Map<string, LoadedRelease>()
  const loaded = new Map<string, Promise<LoadedRelease>>()

  const load = (system: string, id: string): Promise<LoadedRelease> => {
    const key = `${system}/${id}`
    const known = loaded.get(key)
    if (known !== undefined) return known
    const loading = loadRelease(tenant.store, tenant, system, id, clock, scoring)
    loading.catch(() => loaded.delete(key))
    loaded.set(key, loading)
    const own = [...loaded.keys()].filter((name) => name.startsWith(`${system}/`) && name !== `${system}/${current.get(system)?.id}`)
    for (const stale of own.slice(0, Math.max(0, own.length - WARM_PER_SYSTEM))) loaded.delete(stale)
    return loading
  }
  const refresh = async (system: string) => {
    for (let id = await liveRelease(tenant.store, system); id !== undefined && current.get(system)?.id !== id; ) {
      try {
        const release = await load(system, id)
        const now = await liveRelease(tenant.store, system)
        // The pointer may have moved while a large release was loading: the newest word counts.
        if (now === id) current.set(system, release)
        id = now
      } catch (error) {
        onError(system, error)
        return
      }
    }
  }
  for (const system of tenant.systems.keys()) await refresh(system)
  const stop = tenant.store.releases.watch((system) => {
    if (tenant.systems.has(system)) void refresh(system)
  })
  return {
    async get(system, release) {
      if (release !== undefined) return load(system, release)
      const live = current.get(system)
      if (live !== undefined) return live
      await refresh(system)
      const now = current.get(system)
      if (now === undefined) {
        throw new Unavailable(`system ${system}`, "a live release", "none", `Train and promote one: trommel train ${system}.`)
      }
      return now
    },
    current: (system) => current.get(system),
    refresh,
    close: stop,
  }
}

/** Reads a release from a store, checks that it fits the tenant's features, and loads it over the tenant's state. */
export async function loadRelease(
  store: Pick<Store, "blobs" | "releases">,
  tenant: Tenant,
  system: string,
  id: string,
  clock: Clock,
  scoring?: KernelThread,
): Promise<LoadedRelease> {
  const { manifest, bundle } = await readRelease(store, system, id)
  const definition = tenant.systems.get(system)!
  const features = tenant.featureSet(system, manifest.data.timeless)
  if (manifest.featureSchema !== features.schemaHash) {
    throw new Unavailable(
      `release ${id}`,
      `features ${features.schemaHash.slice(0, 12)}`,
      manifest.featureSchema.slice(0, 12),
      remedyFor(definition, manifest.options),
    )
  }
  const { ids, tables, catalogue } = tenant
  const parts = { releaseId: id, bundle, ids, tables, catalogue, features, clock, ...(scoring === undefined ? {} : { scoring }) }
  return { id, served: await definition.funnel(parts) }
}

/** A process that took its fields over from an earlier import or release does so again when it starts; only other code needs new training. */
function remedyFor(definition: SystemDefinition, trainedWith: unknown): string {
  const isOlder = definition.inferred && canonicalJson(definition.options) !== canonicalJson(trainedWith)
  return isOlder
    ? "The release was trained with other fields than this process runs with: start it again, and it takes them over."
    : "The features changed since: train again."
}
