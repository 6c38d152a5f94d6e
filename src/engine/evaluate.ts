import { createWriteStream } from "node:fs"
import { type Clock, InvalidArgument, NotFound, type Position, throwIfCancelled } from "../core/index.ts"
import type { EvaluationInput, EvaluationPlan, EvaluationQuery, RankRequest, SystemDefinition } from "../definition/index.ts"
import { evaluateRanking, pairedBootstrap, type RankingReport, trecRunLines } from "../metrics/index.ts"
import { type Manifest, readManifest } from "../releases/index.ts"
import { memoryState, memoryValues, type Store } from "../storage/index.ts"
import type { EvaluationReport, MetricWithInterval, Progress, WorkOptions } from "./api.ts"
import { openDataset } from "./datasets.ts"
import { loadRelease } from "./live-releases.ts"
import { listRanker, type Rank, ranker } from "./rank.ts"
import { openTenant } from "./tenant.ts"
import { noteTestOpening } from "./test-openings.ts"

/** Time a request of an evaluation may take: quality is measured, not speed. */
const TIMEOUT_MS = 60_000
const SEED = 7

/** What is evaluated, and where. */
export interface EvaluationJob {
  readonly store: Store
  readonly storeDir: string | undefined
  readonly definition: SystemDefinition
  readonly clock: Clock
}

/**
 * Measures a release on held-out data: the test part of a folder in a known layout, or what the log says happened after it was trained.
 * The answers come from the same `rank` that serves, over the bundle loaded from disk and state folded from the training part alone.
 */
export async function evaluateSystem(
  job: EvaluationJob,
  options: WorkOptions & { readonly data?: string; readonly release?: string; readonly run?: string } = {},
): Promise<EvaluationReport> {
  const started = job.clock.monotonicMs()
  const { store, clock } = job
  const system = job.definition.name
  const id = options.release ?? (await newestRelease(store, system))
  const manifest = await readManifest(store, system, id)
  const definition = job.definition.withOptions(manifest.options)
  const part = await heldOutPart(job, definition, id, manifest, options)
  try {
    const tenant = await openTenant({
      store: part.past,
      systems: [definition],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const frozen: Clock = { now: () => tenant.newestMs, monotonicMs: () => clock.monotonicMs() }
    const loaded = await loadRelease(store, tenant, system, id, frozen)
    const rank = ranker(listRanker(tenant, { get: async () => loaded }, frozen))
    const plan = await definition.evaluate(part.truth(loaded.served.sorts))
    if (plan.queries.length === 0) {
      throw new InvalidArgument(`evaluate ${system}`, "people with held-out items", "none", part.remedy)
    }
    const degraded = new Map<string, number>()
    const asker = { system, rank, plan, degraded, signal: options.signal, onProgress: options.onProgress }
    const run = options.run === undefined ? undefined : runFile(options.run, plan.runDepth)
    const main = await ask(asker, "funnel", {}, run?.write)
    await run?.close()
    const beside: Record<string, readonly MetricWithInterval[]> = {}
    const lift: Record<string, MetricWithInterval> = {}
    for (const [name, change] of Object.entries(plan.variants)) {
      const other = await ask(asker, name, change)
      beside[name] = shown(other)
      lift[name] = liftOver(other, main)
    }
    return {
      system,
      release: id,
      queries: main.queries.length,
      metrics: shown(main),
      beside,
      lift,
      ...(options.run === undefined ? {} : { run: options.run }),
      seconds: Math.round(clock.monotonicMs() - started) / 1000,
      notes: [...part.notes, ...degradedNotes(degraded)],
    }
  } finally {
    await part.close()
  }
}

interface Asker {
  readonly system: string
  readonly rank: Rank
  readonly plan: EvaluationPlan
  /** Answers with work cut or skipped, by reason: a figure measured on them is not the release's own. */
  readonly degraded: Map<string, number>
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/** Asks every query of the plan, with the fields of one variant changed. */
function ask(
  asker: Asker,
  name: string,
  change: Partial<RankRequest>,
  onAnswer?: (query: string, ids: readonly string[], scores: readonly number[]) => void,
): Promise<RankingReport> {
  const { plan, system, rank, degraded, signal, onProgress } = asker
  return evaluateRanking<EvaluationQuery>({
    queries: plan.queries,
    name: (query) => query.id,
    truth: (query) => new Set(query.relevant),
    metrics: plan.metrics,
    k: plan.k,
    seed: SEED,
    async rank(query, limit) {
      throwIfCancelled(signal, "evaluate")
      const depth = onAnswer === undefined ? limit : Math.max(limit, plan.runDepth)
      const { answer } = await rank(system, { timeoutMs: TIMEOUT_MS, ...query.request, limit: depth, log: false, ...change })
      for (const reason of answer.degraded) degraded.set(reason, (degraded.get(reason) ?? 0) + 1)
      const ids = answer.items.map((item) => item.id)
      onAnswer?.(
        query.id,
        ids,
        answer.items.map((item) => item.score),
      )
      return ids
    },
    onProgress: (done) => onProgress?.({ step: `evaluate ${name}`, done, total: plan.queries.length }),
    ...(signal === undefined ? {} : { signal }),
  })
}

const degradedNotes = (degraded: ReadonlyMap<string, number>) =>
  [...degraded].slice(0, 5).map(([reason, count]) => `Degraded in ${count} answers: ${reason}`)

/** The first metric of the funnel minus that of a variant, paired by query. */
function liftOver(other: RankingReport, main: RankingReport): MetricWithInterval {
  const [first] = Object.keys(main.metrics)
  const { mean, low, high } = pairedBootstrap(main.metrics[first!]!.values, other.metrics[first!]!.values, { seed: SEED })
  return { name: named(first!, main.k), value: mean, low, high }
}

const named = (metric: string, k: number) => (metric.includes("@") ? metric : `${metric}@${k}`)
const shown = (report: RankingReport): MetricWithInterval[] =>
  Object.entries(report.metrics).map(([name, { mean, low, high }]) => ({
    name: named(name, report.k),
    value: mean,
    low,
    high,
  }))

interface HeldOutPart {
  /** A store whose log ends before what is held out; its state is folded in memory. */
  readonly past: Store
  truth(sorts: readonly string[]): EvaluationInput
  readonly notes: readonly string[]
  readonly remedy: string
  close(): Promise<void>
}

async function heldOutPart(
  job: EvaluationJob,
  definition: SystemDefinition,
  release: string,
  { data }: Manifest,
  options: WorkOptions & { readonly data?: string },
): Promise<HeldOutPart> {
  const inMemory = { state: memoryState(), values: memoryValues() }
  if (options.data === undefined) {
    if (data.source !== "log") {
      throw new InvalidArgument(
        `evaluate ${definition.name}`,
        "--data with the folder the release was trained from",
        "a release of a data set and no --data",
        "Name the folder.",
      )
    }
    const { log } = job.store
    return {
      past: { ...job.store, ...inMemory, log: { ...upTo(log, data.position) } },
      truth: (sorts) => ({ sorts, later: () => log.read({ after: data.position }) }),
      notes: ["Held out: what happened after the release was trained."],
      remedy: "Wait for new events after the training, or pass --data with a test part.",
      close: async () => {},
    }
  }
  const dataset = await openDataset(job.storeDir ?? "store", options.data, definition, options)
  const opened = await noteTestOpening(dataset.store.values, { release, now: job.clock.now() })
  const truth = await dataset.layout.testTruth(options.signal === undefined ? {} : { signal: options.signal })
  return {
    past: { ...dataset.store, ...inMemory },
    truth: (sorts) => ({ sorts, truth }),
    notes: [`Held out: ${dataset.layout.split}.`, opened],
    remedy: "The test part names nobody.",
    close: () => dataset.close(),
  }
}

/** The same log, as it was at a position. */
function upTo(log: Store["log"], end: Position): Store["log"] {
  return {
    append: (records) => log.append(records),
    remembers: (id) => log.remembers(id),
    read: (options) => log.read({ ...options, to: Math.min(end, options?.to ?? end) }),
    end,
    get count() {
      return log.count
    },
    memoryBytes: 0,
    roll: (to, options) => log.roll(to, options),
    close: async () => {},
  }
}

async function newestRelease(store: Store, system: string): Promise<string> {
  const newest = (await store.releases.list(system))[0]
  if (newest === undefined) throw new NotFound(`evaluate ${system}`, "a trained release", "none", `Train one: trommel train ${system}.`)
  return newest.id
}

/** Writes rankings to a file as they come; `close` resolves when everything is on disk. */
function runFile(path: string, depth: number) {
  const stream = createWriteStream(path)
  const ended = new Promise<void>((resolve, reject) => stream.on("finish", resolve).on("error", reject))
  return {
    write(query: string, ids: readonly string[], scores: readonly number[]) {
      stream.write(trecRunLines({ query, ids: ids.slice(0, depth), scores: scores.slice(0, depth) }))
    },
    close() {
      stream.end()
      return ended
    },
  }
}
