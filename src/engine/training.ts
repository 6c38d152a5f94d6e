import { arch, cpus, platform } from "node:os"
import { type Clock, createIdTable, InvalidArgument, type LogEntry, type Position } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { checkGates, type DataSnapshot, type Evidence, writeEvidence, writeRelease } from "../releases/index.ts"
import type { EventLog, Store } from "../storage/index.ts"
import type { Progress, TrainReport } from "./api.ts"
import { packageVersion } from "./version.ts"

/** Bytes a training run may hold unless told otherwise. */
export const TRAINING_MEMORY_BYTES = 4 * 2 ** 30

/** What one training run works on. */
export interface TrainingJob {
  readonly definition: SystemDefinition
  /** Where the events are read. */
  readonly log: EventLog
  readonly source: Pick<DataSnapshot, "source" | "layout">
  /** Where the release is written. */
  readonly store: Pick<Store, "blobs" | "releases">
  readonly seed: number
  readonly memoryCapBytes?: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** Trains a release from a log and writes it with its evidence. Promotes nothing. */
export async function runTraining(job: TrainingJob): Promise<TrainReport> {
  const { definition, log, clock, signal } = job
  const started = clock.monotonicMs()
  const cpu = process.cpuUsage()
  const position = log.end
  const span = await timeSpan(log, position, signal)
  if (span.records === 0) {
    throw new InvalidArgument(
      `train ${definition.name}`,
      "events in the log",
      "an empty one",
      `Import some: trommel import ${definition.name} FILES.`,
    )
  }
  const timeless = span.first === span.last
  const trained = await definition.train({
    entries: () => log.read({ to: position, signal }),
    position,
    records: span.records,
    timeless,
    seed: job.seed,
    memoryCapBytes: job.memoryCapBytes ?? TRAINING_MEMORY_BYTES,
    clock,
    signal,
    progress: (step, done, note) => job.onProgress({ step, done, total: 1, ...(note === undefined ? {} : { note }) }),
  })
  const gates = checkGates({ primary: trained.primary, candidate: trained.metrics, popularity: trained.popularity })
  const release = await writeRelease(
    job.store,
    {
      system: definition.name,
      kind: definition.kind,
      options: definition.options,
      featureSchema: definition.features({ ids: createIdTable(), timeless }).schemaHash,
      seed: job.seed,
      data: { ...job.source, position, records: span.records, timeless },
    },
    (bundle) => trained.save(bundle),
  )
  const used = process.cpuUsage(cpu)
  const evidence: Evidence = {
    createdMs: clock.now(),
    host: { platform: platform(), arch: arch(), node: process.versions.node, cores: cpus().length },
    version: packageVersion(),
    seconds: seconds(clock.monotonicMs() - started),
    cpuSeconds: seconds((used.user + used.system) / 1000),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    rows: trained.rows,
    chosen: trained.chosen,
    metrics: {
      ...trained.metrics,
      ...Object.fromEntries(Object.entries(trained.popularity).map(([name, value]) => [`popularity.${name}`, value])),
    },
    gates,
    notes: timeless ? ["The data carries no time: features of time are off.", ...trained.notes] : trained.notes,
  }
  await writeEvidence(job.store, definition.name, release, evidence)
  const { createdMs: _, host: __, version: ___, ...report } = evidence
  return { release, system: definition.name, seed: job.seed, ...report }
}

async function timeSpan(log: EventLog, to: Position, signal: AbortSignal): Promise<{ first: number; last: number; records: number }> {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  let records = 0
  for await (const batch of log.read({ to, signal })) {
    records += batch.length
    for (const entry of batch) {
      if (!isAction(entry)) continue
      if (entry.time < first) first = entry.time
      if (entry.time > last) last = entry.time
    }
  }
  return { first, last, records }
}

/** Only what people did tells whether data has times: catalogues are often loaded in one go. */
const isAction = ({ record }: LogEntry) => record.event === "interaction" || record.event === "impression"
const seconds = (ms: number) => Math.round(ms) / 1000
