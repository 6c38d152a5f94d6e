import { randomUUID } from "node:crypto"
import { type Clock, InvalidArgument, NotFound, openKernelThread, systemClock, turns } from "../core/index.ts"
import type { PageAnswer, SystemDefinition } from "../definition/index.ts"
import { memoryStore, openStore, type Store } from "../storage/index.ts"
import type { Engine } from "./api.ts"
import { engineCosts } from "./costs.ts"
import { dataPageOf } from "./data-page.ts"
import { evaluateSystem } from "./evaluate.ts"
import { exportLists } from "./export.ts"
import { engineHandlers } from "./handlers.ts"
import { importInto } from "./import.ts"
import { tenantValidator } from "./known-items.ts"
import { liveReleases } from "./live-releases.ts"
import { observer } from "./observe.ts"
import { operationCaller } from "./operations.ts"
import { tenantPages } from "./pages.ts"
import { markSimulated } from "./people.ts"
import { listRanker, ranker } from "./rank.ts"
import { answerRecorder, type LogShares } from "./record.ts"
import { releaseDesk } from "./release-desk.ts"
import { recalled } from "./remember.ts"
import { servedSizes } from "./sizes.ts"
import { openTenant } from "./tenant.ts"
import { trainInChild, trainInline } from "./train.ts"
import { warmUp } from "./warm-up.ts"

/** Milliseconds between checkpoints of a store that changes: what a restart after a crash folds again takes a second. */
const CHECKPOINT_MS = 30_000
/** Milliseconds between looks at a log that another process writes. */
const TAIL_MS = 200
/** Milliseconds between looks for pages that another process ranked ahead. */
const PARCELS_MS = 1000

/** What {@link open} takes. */
export interface OpenOptions {
  /** Folder of the store; `undefined` keeps everything in memory. */
  readonly store?: string
  readonly tenant?: string
  readonly systems: readonly SystemDefinition[]
  /** `write` (default) appends to the log: one process a store. `read` follows the log of the process that does. */
  readonly mode?: "write" | "read"
  /** Where models score for a request: on a thread beside the one that answers, or on that one (default). Answers are the same. */
  readonly scoring?: "thread" | "inline"
  /** Where training runs: a child process, or this one. Default `child` for definitions that say where they come from. */
  readonly training?: "child" | "inline"
  /** What is kept of each answer. */
  readonly log?: LogShares
  /** Key for hashing personal fields, at least 16 characters; needed when a schema hashes any. */
  readonly personalKey?: string
  readonly clock?: Clock
  /** Ids of requests, which chance on a page is drawn by; random without. Every one must be new. */
  readonly requestId?: () => string
  /** Told of trouble that leaves the engine running, such as a release that cannot be loaded. */
  readonly onWarning?: (message: string) => void
}

/**
 * Opens a store and everything that runs on it: folds the log into state, loads the live releases.
 *
 * @throws {@link Conflict} when another process writes the store, {@link Corrupt}, {@link Unavailable}
 */
export async function open(options: OpenOptions): Promise<Engine> {
  const { clock = systemClock, tenant: tenantName = "default", mode = "write", onWarning = () => {} } = options
  const store: Store =
    options.store === undefined ? memoryStore({ clock }) : await openStore({ dir: options.store, tenant: tenantName, mode })
  const closing: (() => void | Promise<void>)[] = [() => store.close()]
  let shutting: Promise<void> | undefined
  const shut = () => {
    shutting ??= runAll(closing.reverse())
    return shutting
  }
  try {
    const systems = await Promise.all(options.systems.map((definition) => recalled(store, definition, "serve")))
    const tenant = await openTenant({ store, systems })
    const scoring = options.scoring === "thread" ? await openKernelThread() : undefined
    if (scoring !== undefined) closing.push(() => scoring.close())
    const live = await liveReleases(tenant, clock, (system, error) => onWarning(`${system}: ${(error as Error).message}`), scoring)
    closing.push(() => live.close())
    const schemas = Object.fromEntries(systems.map((system) => [system.collections[0]!, system.schema]))
    const checks = tenantValidator(tenant, {
      collections: schemas,
      now: () => clock.now(),
      ...(options.personalKey === undefined ? {} : { personalKey: options.personalKey }),
    })
    const pages = tenantPages(tenant, clock, mode === "write")
    const rankLists = listRanker(tenant, live, clock, options.requestId)
    const rank = ranker(rankLists, pages)
    const recorder = await answerRecorder(tenant, options.log, mode === "write")
    const operate = operationCaller({ tenant, live, rank, rankLists, recorder })
    const forgetting = async (user: string) => {
      const names = tenant.fold.namesOf(tenant.tables, user)
      await Promise.all([recorder.forget(names), pages.forget(names)])
    }
    const ownTurns = turns()
    const observe = observer({ tenant, ...checks, onForget: forgetting, turns: ownTurns, clock })
    const desk = releaseDesk(store, tenant.systems)
    closing.push(() => recorder.close())
    if (mode === "write")
      closing.push(
        () => tenant.checkpoint(),
        every(CHECKPOINT_MS, () => tenant.checkpoint(), onWarning),
        every(PARCELS_MS, () => pages.takeParcels(), onWarning),
        () => tenant.hurry(),
      )
    else closing.push(every(TAIL_MS, () => tenant.catchUp(), onWarning))

    const known = (system: string) => {
      const found = options.systems.find((definition) => definition.name === system)
      if (found === undefined)
        throw new NotFound(
          "system",
          `a name among ${options.systems.map(({ name }) => name).join(", ")}`,
          JSON.stringify(system),
          "Check the spelling.",
        )
      return found
    }
    const answer: Engine["rank"] = async (system, request) => (await recorder.keep(await rank(system, request))).answer
    return {
      observe: (events, { strict = false } = {}) => observe(events, { strict }),
      rank: answer,
      operation: (system, operation, body, { signal } = {}) => operate(system, operation, body, signal),
      page: async (system, request) => (await operate(system, "page", request)) as PageAnswer,
      import: (system, files, work) =>
        importInto({ tenant, definition: known(system), files, store, clock, personalKey: options.personalKey }, work),
      async train(system, { data, seed = 7, ...work } = {}) {
        const definition = await recalled(store, known(system), "train")
        const { source } = definition
        const given = data === undefined ? {} : { data }
        if (source === undefined || options.store === undefined || options.training === "inline") {
          return trainInline({ definition, store, storeDir: options.store, seed, clock, ...given }, work)
        }
        return trainInChild(
          {
            storeDir: options.store,
            tenant: tenantName,
            module: source.module,
            factory: source.factory,
            options: definition.options,
            seed,
            ...given,
          },
          work,
        )
      },
      export: (system, work) => exportLists({ tenant, live, rank, pages, definition: known(system), clock, turns: ownTurns }, work),
      evaluate: (system, work = {}) => evaluateSystem({ store, clock, definition: known(system), storeDir: options.store }, work),
      data: async (system, request = {}) =>
        dataPageOf({ tenant, definition: await recalled(store, known(system), "train"), storeDir: options.store, clock }, request),
      promote: async (release) => {
        const summary = await desk.promote(release)
        await live.refresh(summary.system)
        return summary
      },
      rollback: async (system) => {
        const summary = await desk.rollback(known(system).name)
        await live.refresh(system)
        return summary
      },
      releases: (system) => desk.list(known(system).name),
      explain: (requestId) => recorder.explain(requestId),
      requests: (system, { limit = 20, ...filter } = {}) => recorder.requests({ ...filter, limit, system: known(system).name }),
      async forget({ user }) {
        const { rejected } = await observe([{ id: `forget/${randomUUID()}`, timestamp: clock.now(), event: "delete", user }], {
          strict: false,
        })
        const refused = rejected[0]?.error
        if (refused !== undefined) throw new InvalidArgument("forget.user", refused.expected, refused.came, refused.remedy)
      },
      costs: () => engineCosts(tenant, live, options.log),
      sizes: (system) => servedSizes(tenant, live, options.log, known(system).name),
      warmUp: () => warmUp(tenant, live, rank, operate),
      markSimulated: () => markSimulated(tenant),
      handlers: engineHandlers({ tenant, live, observe, rank, operate, recorder, desk, clock, storeDir: options.store, turns: ownTurns }),
      close: shut,
    }
  } catch (error) {
    await shut()
    throw error
  }
}

/** Takes every step, also after one that failed, and tells the first failure. */
async function runAll(steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Calls again and again, never twice at once; returns how to stop, which waits for a call under way. */
function every(ms: number, task: () => Promise<void>, onWarning: (message: string) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = task()
      .catch((error: Error) => onWarning(error.message))
      .finally(() => {
        busy = false
      })
  }, ms)
  timer.unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
