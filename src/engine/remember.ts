import type { SystemDefinition } from "../definition/index.ts"
import { liveRelease, readManifest } from "../releases/index.ts"
import type { KeyValue, Store } from "../storage/index.ts"

const key = (system: string) => `systems/${system}`

/** Notes the parameters that an import gave a system whose makers left them open. */
export async function rememberOptions(values: KeyValue, definition: SystemDefinition): Promise<void> {
  await values.put(key(definition.name), new TextEncoder().encode(JSON.stringify(definition.options)))
}

/**
 * The definition with parameters that fit this store, when its makers left them open: to serve, those of the live release; to train, those
 * that the last import noted, below what the definition itself says; each falls back on the other.
 */
export async function recalled(
  store: Pick<Store, "values" | "releases">,
  definition: SystemDefinition,
  purpose: "serve" | "train",
): Promise<SystemDefinition> {
  if (!definition.inferred) return definition
  const ways = [() => optionsOfLive(store, definition.name), () => noted(store.values, definition.name)]
  for (const way of purpose === "serve" ? ways : ways.reverse()) {
    const options = await way()
    if (options === undefined) continue
    return definition.withOptions(purpose === "serve" ? options : { ...(options as object), ...(definition.options as object) })
  }
  return definition
}

async function noted(values: KeyValue, system: string): Promise<unknown> {
  const bytes = await values.get(key(system))
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes))
}

async function optionsOfLive(store: Pick<Store, "releases">, system: string): Promise<unknown> {
  const live = await liveRelease(store, system)
  return live === undefined ? undefined : (await readManifest(store, system, live)).options
}
