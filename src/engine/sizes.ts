import { Unavailable } from "../core/index.ts"
import { type BundleHeader, readManifest } from "../releases/index.ts"
import type { ServedSizes } from "./api.ts"
import { engineCosts } from "./costs.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { LogShares } from "./record.ts"
import type { Tenant } from "./tenant.ts"

/** What the live release of a system takes: its parts as the manifest lists them, and what one item adds beside them. */
export async function servedSizes(tenant: Tenant, live: LiveReleases, log: LogShares | undefined, system: string): Promise<ServedSizes> {
  const loaded = live.current(system)
  if (loaded === undefined) {
    throw new Unavailable(`system ${system}`, "a live release", "none", `Train and promote one: trommel train ${system}.`)
  }
  const { bundle } = await readManifest(tenant.store, system, loaded.id)
  const parts = partBytes(bundle)
  const { catalogueBytes, keys, pages } = engineCosts(tenant, live, log)
  const items = tenant.ids.collection(tenant.systems.get(system)!.collections[0]!).size
  const models = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)
  const state = keys.filter(({ key }) => key === "item").reduce((sum, { fixedBytes }) => sum + fixedBytes, 0)
  return {
    release: loaded.id,
    items,
    parts,
    bytesPerItem: items === 0 ? 0 : (models + catalogueBytes) / items + state,
    logBytesPerRequest: pages.find((page) => page.system === system)?.featureBytes ?? 0,
  }
}

/** Bytes by the folder that holds the arrays: `retrieval/ease/weights` counts for `ease`. */
function partBytes({ arrays }: BundleHeader): Record<string, number> {
  const parts: Record<string, number> = {}
  for (const [path, { type, length }] of Object.entries(arrays)) {
    const part = path.split("/").at(-2) ?? path
    parts[part] = (parts[part] ?? 0) + length * (Number(/\d+/.exec(type)![0]) / 8)
  }
  return parts
}
