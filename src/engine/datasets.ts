import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { throwIfCancelled } from "../core/index.ts"
import { compileEventValidator, type DataLayout, detectLayout } from "../data/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { openStore, type Store } from "../storage/index.ts"
import type { WorkOptions } from "./api.ts"

/** A data set on disk as a log of its own: its training part, appended once, read as often as wanted. */
export interface Dataset {
  readonly layout: DataLayout
  readonly store: Store
  /** The system over what this data holds, unless its makers said what items look like. */
  readonly definition: SystemDefinition
  close(): Promise<void>
}

/** The key under which a finished import is noted. */
const DONE = "dataset/done"

/**
 * Opens a folder in a known layout as a log under `<store>/datasets/<content hash>`, importing its training part first where that was not
 * finished before. Stopped halfway, it goes on at the next call: the events have the same ids.
 */
export async function openDataset(
  storeDir: string,
  folder: string,
  definition: SystemDefinition,
  options: WorkOptions = {},
): Promise<Dataset> {
  const layout = await detectLayout(folder, { collection: definition.collections[0]! })
  const hash = await contentHash(folder, layout.files)
  const store = await openStore({ dir: join(storeDir, "datasets"), tenant: `${definition.collections[0]}-${hash}`, mode: "write" })
  try {
    if ((await store.values.get(DONE)) === undefined) await importLayout(store, layout, options)
  } catch (error) {
    await store.close()
    throw error
  }
  return { layout, store, definition: adapted(definition, layout), close: () => store.close() }
}

/** A definition that infers its schema takes the layout's. */
export function adapted(definition: SystemDefinition, layout: Pick<DataLayout, "schema">): SystemDefinition {
  return definition.inferred ? definition.withOptions({ ...(definition.options as object), schema: layout.schema }) : definition
}

async function importLayout(store: Store, layout: DataLayout, { onProgress, signal }: WorkOptions): Promise<void> {
  const validator = compileEventValidator({ now: () => Date.now() })
  let done = 0
  let durable: Promise<unknown> = Promise.resolve()
  for await (const batch of layout.events("train", signal === undefined ? {} : { signal })) {
    throwIfCancelled(signal, "importing the data set")
    const incoming = batch.flatMap((event) => {
      const { ok } = validator.validate(event)
      return ok === undefined ? [] : [ok]
    })
    durable = store.log.append(incoming).durable
    done += batch.length
    onProgress?.({ step: `import ${layout.name}`, done })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await durable
  await store.values.put(DONE, new TextEncoder().encode(JSON.stringify({ events: done })))
}

/** Content, not names or times: the same data under another path is the same data set. */
async function contentHash(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256")
  const names = (await readdir(folder)).filter((name) => files.includes(name)).sort()
  for (const name of names) {
    hash.update(`${name.replace(/\.gz$/, "")}:${(await stat(join(folder, name))).size}:`)
    for await (const part of createReadStream(join(folder, name))) hash.update(part as Uint8Array)
  }
  return hash.digest("hex").slice(0, 16)
}
