import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Clock, Corrupt } from "../core/index.ts"
import { type DataPage, type DataSchema, dataPage, freezeSchema, type Span } from "../data/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { type FeatureReport, featureReport } from "../features/index.ts"
import type { WorkOptions } from "./api.ts"
import type { Tenant } from "./tenant.ts"

/** What of the data is looked at, and what it is held against. */
export interface DataPageRequest {
  readonly spans?: { readonly before: Span; readonly after: Span }
  /** File of frozen schemas, by system; `schema.json` in the store's folder when absent. */
  readonly schema?: string
  /** Write the schema of the data as it is now into that file, for review. */
  readonly freeze?: boolean
}

/** A data page, and the file its schema was held against or written to. */
export interface DataPageReport extends DataPage {
  readonly system: string
  readonly schemaFile: string | null
  /** True when the file was written now: nothing was held against it. */
  readonly frozen: boolean
  /** Its feature families: what they tell about, cost to read and keep, and how fresh they are. */
  readonly features: FeatureReport
}

/** Looks at what the log holds for a system. A store in memory has no schema file unless one is named. */
export async function dataPageOf(
  parts: { readonly tenant: Tenant; readonly definition: SystemDefinition; readonly storeDir: string | undefined; readonly clock: Clock },
  request: DataPageRequest & WorkOptions = {},
): Promise<DataPageReport> {
  const { tenant, definition, storeDir, clock } = parts
  const { store, catalogue, tables } = tenant
  const { spans, freeze = false, signal } = request
  const file = request.schema ?? (storeDir === undefined ? undefined : join(storeDir, "schema.json"))
  const known = file === undefined ? {} : await readSchemas(file)
  const frozen = freeze ? undefined : known[definition.name]
  const to = store.log.end
  let read = 0
  const entries = async function* () {
    for await (const batch of store.log.read({ to, ...(signal === undefined ? {} : { signal }) })) {
      yield batch
      read += batch.length
      request.onProgress?.({ step: "read", done: read, total: 2 * store.log.count })
    }
  }
  const page = await dataPage(entries, {
    schema: definition.schema,
    collection: definition.collections[0]!,
    system: definition.name,
    ...(spans === undefined ? {} : { spans }),
    ...(frozen === undefined ? {} : { frozen }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (freeze && file !== undefined) await writeSchemas(file, { ...known, [definition.name]: freezeSchema(page.card) })
  return {
    system: definition.name,
    schemaFile: freeze || frozen !== undefined ? (file ?? null) : null,
    frozen: freeze && file !== undefined,
    features: featureReport({
      set: tenant.featureSet(definition.name, page.card.time.timeless),
      tables,
      items: catalogue.items(definition.collections[0]!),
      clock,
    }),
    ...page,
  }
}

async function readSchemas(file: string): Promise<Record<string, DataSchema>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}"
    throw error
  })
  try {
    const read = JSON.parse(text) as Record<string, DataSchema>
    const odd = Object.entries(read).find(([, schema]) => schema?.format !== 1 || typeof schema.fields !== "object")
    if (odd !== undefined) throw new Error(`format ${JSON.stringify(odd[1]?.format)} of ${odd[0]}`)
    return read
  } catch (error) {
    throw new Corrupt("data schema", "JSON of schemas by system, format 1", (error as Error).message, "Mend the file, or freeze it again.")
  }
}

/** Sorted and indented, so that a change reads as a small diff; replaced in one step. */
async function writeSchemas(file: string, schemas: Readonly<Record<string, DataSchema>>): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.tmp`, `${JSON.stringify(sorted, null, 2)}\n`)
  await rename(`${file}.tmp`, file)
}
