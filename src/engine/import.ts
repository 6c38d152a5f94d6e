import { stat } from "node:fs/promises"
import { basename } from "node:path"
import type { Clock } from "../core/index.ts"
import { compileEventValidator, type DataLayout, detectLayout, type EventValidator, importFiles, type ResumePoint } from "../data/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import type { Incoming, Store } from "../storage/index.ts"
import type { ImportReport, Progress, WorkOptions } from "./api.ts"
import { adapted } from "./datasets.ts"
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
}

/**
 * Brings files, or a folder in a known layout, into the log. What was acknowledged before is recognised, so a stopped import is run again
 * and goes on; the place is noted in the store after every batch.
 */
export async function importInto(job: ImportJob, options: WorkOptions = {}): Promise<ImportReport> {
  const started = job.clock.monotonicMs()
  const [first] = job.files
  const isFolder = job.files.length === 1 && first !== undefined && (await stat(first)).isDirectory()
  const report = isFolder ? await importFolder(job, first, options) : await importTables(job, options)
  return { ...report, seconds: Math.round(job.clock.monotonicMs() - started) / 1000 }
}

type Counted = Omit<ImportReport, "seconds">

async function importTables({ tenant, store, definition, files, clock }: ImportJob, { onProgress, signal }: WorkOptions): Promise<Counted> {
  const place = `import/${definition.name}/${files.map((file) => basename(file)).join(",")}`
  const noted = await store.values.get(place)
  const from = noted === undefined ? undefined : (JSON.parse(new TextDecoder().decode(noted)) as ResumePoint)
  const summary = await importFiles({
    files,
    collection: definition.collections[0]!,
    schema: definition.schema,
    validator: validatorFor(tenant, definition, clock),
    sink: sinkOf(tenant),
    from,
    signal,
    onProgress(done) {
      onProgress?.(progress(`import ${done.resume.file}`, done.read))
      void store.values.put(place, new TextEncoder().encode(JSON.stringify(done.resume)))
    },
  })
  await store.values.delete(place)
  const { resume: _, ...counted } = summary
  return counted
}

async function importFolder(
  { tenant, store, definition, clock }: ImportJob,
  folder: string,
  { onProgress, signal }: WorkOptions,
): Promise<Counted> {
  const layout: DataLayout = await detectLayout(folder, { collection: definition.collections[0]! })
  const fitting = adapted(definition, layout)
  const validator = validatorFor(tenant, fitting, clock)
  const sink = sinkOf(tenant)
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
function sinkOf(tenant: Tenant) {
  return async (batch: readonly Incoming[]) => {
    const appended = tenant.store.log.append(batch)
    tenant.apply(appended.entries)
    await appended.durable
    return { duplicates: appended.duplicates.length }
  }
}

function validatorFor(tenant: Tenant, definition: SystemDefinition, clock: Clock): EventValidator {
  return compileEventValidator({
    collections: { [definition.collections[0]!]: definition.schema },
    now: () => clock.now(),
    isKnownItem: (collection, item) => tenant.ids.collection(collection).find(item) >= 0,
  })
}

const progress = (step: string, done: number): Progress => ({ step, done })
