import { stat } from "node:fs/promises"
import { resolve } from "node:path"
import { type Clock, fingerprintHex, InvalidArgument, NotFound } from "../core/index.ts"
import { type DataLayout, detectLayout, importFiles, type ResumePoint } from "../data/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import type { Incoming, Store } from "../storage/index.ts"
import type { ImportReport, Progress, WorkOptions } from "./api.ts"
import { adapted } from "./datasets.ts"
import { type KnownItems, tenantValidator } from "./known-items.ts"
import { rememberOptions } from "./remember.ts"
import type { Tenant } from "./tenant.ts"

/** What is imported, and where to. */
export interface ImportJob {
  readonly tenant: Tenant
  readonly store: Store
  readonly definition: SystemDefinition
  /** Files of events or tables, or one folder in a known layout. */
  readonly files: readonly string[]
  readonly clock: Clock
  readonly personalKey?: string | undefined
}

/**
 * Brings files, or a folder in a known layout, into the log. What was acknowledged before is recognised, so a stopped import is run again
 * and goes on; the place is noted in the store after every batch.
 */
export async function importInto(job: ImportJob, options: WorkOptions = {}): Promise<ImportReport> {
  const started = job.clock.monotonicMs()
  const folder = await onlyFolder(job.files)
  const report = folder === undefined ? await importTables(job, options) : await importFolder(job, folder, options)
  return { ...report, seconds: Math.round(job.clock.monotonicMs() - started) / 1000 }
}

/** The folder, when one is all there is; undefined for files. @throws {@link NotFound}, {@link InvalidArgument} before anything is read */
async function onlyFolder(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined)
    if (found === undefined) throw new NotFound("import", "a file or folder that is there", JSON.stringify(file), "Check the path.")
    if (!found.isDirectory()) continue
    if (files.length === 1) return file
    throw new InvalidArgument("import", "files, or one folder", `the folder ${JSON.stringify(file)} beside others`, "Import it alone.")
  }
  return undefined
}

type Counted = Omit<ImportReport, "seconds">

async function importTables(job: ImportJob, { onProgress, signal }: WorkOptions): Promise<Counted> {
  const { tenant, store, definition, files } = job
  const place = `import/${definition.name}/${fingerprintHex(files.map((file) => resolve(file)).join("\n"))}`
  const noted = await store.values.get(place)
  const from = noted === undefined ? undefined : (JSON.parse(new TextDecoder().decode(noted)) as ResumePoint)
  const { validator, known } = validatorFor(job, definition)
  const summary = await importFiles({
    files,
    collection: definition.collections[0]!,
    system: definition.name,
    schema: definition.schema,
    validator,
    sink: sinkOf(tenant, known),
    from,
    signal,
    onProgress(done) {
      onProgress?.(progress(`import ${done.resume.file}`, done.read))
      // A place that could not be noted costs a second reading, no event: they are recognised by their ids.
      store.values.put(place, new TextEncoder().encode(JSON.stringify(done.resume))).catch(() => {})
    },
  })
  await store.values.delete(place)
  const { resume: _, ...counted } = summary
  return counted
}

async function importFolder(job: ImportJob, folder: string, { onProgress, signal }: WorkOptions): Promise<Counted> {
  const { tenant, store, definition } = job
  const layout: DataLayout = await detectLayout(folder, { collection: definition.collections[0]! })
  const fitting = adapted(definition, layout)
  const { validator, known } = validatorFor(job, fitting)
  const sink = sinkOf(tenant, known)
  const rejected: { file: string; line: number; reason: string }[] = []
  let [read, accepted, duplicates, rejectedCount] = [0, 0, 0, 0]
  for await (const batch of layout.events("train", signal === undefined ? {} : { signal })) {
    const good: Incoming[] = []
    for (const event of batch) {
      const { ok, error } = validator.validate(event)
      if (ok !== undefined) good.push(ok)
      else if (rejectedCount++ < 100)
        rejected.push({ file: layout.name, line: read, reason: `${error!.where}: expected ${error!.expected}, came ${error!.came}` })
      read++
    }
    const already = (await sink(good)).duplicates
    accepted += good.length - already
    duplicates += already
    onProgress?.(progress(`import ${layout.name}`, read))
  }
  if (fitting !== definition) await rememberOptions(store.values, fitting)
  return { files: layout.files.length, read, accepted, duplicates, rejectedCount, rejected, resumedAt: 1, timeless: layout.timeless }
}

/** Appends a batch, folds it, and resolves once it is durable: nothing is read faster than the disk takes it. */
function sinkOf(tenant: Tenant, known: KnownItems) {
  return async (batch: readonly Incoming[]) => {
    const appended = tenant.store.log.append(batch)
    tenant.apply(appended.entries)
    known.folded()
    await appended.durable
    return { duplicates: appended.duplicates.length }
  }
}

function validatorFor({ tenant, clock, personalKey }: ImportJob, { collections, schema }: SystemDefinition) {
  return tenantValidator(tenant, {
    collections: { [collections[0]!]: schema },
    now: () => clock.now(),
    ...(personalKey === undefined ? {} : { personalKey }),
  })
}

const progress = (step: string, done: number): Progress => ({ step, done })
