import { join } from "node:path"
import { type Clock, systemClock } from "../core/index.ts"
import { type Environment, openEnvironment } from "./environment.ts"
import { fileBlobs } from "./file-blobs.ts"
import { type FeatureLogOptions, fileFeatureLog } from "./file-feature-log.ts"
import { fileReleases } from "./file-releases.ts"
import { fileSpool } from "./file-spool.ts"
import { ensureFormat } from "./format.ts"
import { pathSegment } from "./keys.ts"
import { lmdbBlocks, makeBlocks } from "./lmdb-blocks.ts"
import { lmdbLog, lmdbLogReader } from "./lmdb-log.ts"
import { lmdbValues } from "./lmdb-values.ts"
import { rollLog, tidy } from "./log-roll.ts"
import { LogTables } from "./log-tables.ts"
import { parquetSegments } from "./parquet-segments.ts"
import type { Store } from "./ports.ts"
import type { RecentIdsOptions } from "./recent-ids.ts"
import { slabState } from "./slab-state.ts"
import { lockWriter } from "./writer-lock.ts"

/** Where a store is and what this process may do with it. */
export interface StoreOptions {
  /** The folder of all tenants, such as `./store`. */
  readonly dir: string
  readonly tenant?: string
  /** `write`: the one process that appends and checkpoints. `read`: any number beside it; blobs, releases and parcels of the spool may be put by all. */
  readonly mode: "write" | "read"
  readonly clock?: Clock
  readonly ids?: RecentIdsOptions
  readonly features?: Pick<FeatureLogOptions, "retentionBytes" | "retentionDays" | "segmentBytes">
}

/**
 * Opens the embedded store of one tenant in `<dir>/<tenant>/`: `format.json`, `log/` and `state/` (LMDB), `events/` (Parquet), `blobs/`,
 * `releases/`, `features/`, `spool/`.
 *
 * Closing writes what waits and lets the next writer in; closing twice is fine.
 * @throws {@link Conflict} when another process writes, or when a newer version of trommel wrote the folder
 * @throws {@link NotFound} in mode `read` when there is no store yet
 * @throws {@link Unavailable} when a native package is missing or the disk does not work
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir, tenant = "default", mode, clock = systemClock } = options
  const folder = join(dir, pathSegment(tenant))
  await ensureFormat(folder, { write: mode === "write" })
  const environment = await openEnvironment(join(folder, "log"), mode === "read")
  try {
    return mode === "write" ? await openWriter(folder, environment, options, clock) : await openReader(folder, environment, clock)
  } catch (error) {
    await environment.close()
    throw error
  }
}

async function openWriter(folder: string, environment: Environment, { ids, features }: StoreOptions, clock: Clock): Promise<Store> {
  const unlock = await lockWriter(environment, clock)
  try {
    const segments = parquetSegments(join(folder, "events"))
    const tables = new LogTables(environment)
    await tidy(tables, segments)
    const log = await lmdbLog(environment, {
      clock,
      ...(ids === undefined ? {} : { ids }),
      readSegment: segments.read,
      roll: (to, options) => rollLog(tables, segments, to, options),
    })
    const openState = () => openEnvironment(join(folder, "state"), false)
    await makeBlocks(openState)
    const state = slabState(lmdbBlocks(openState), log.whenDurable)
    const served = await fileFeatureLog(join(folder, "features"), { clock, ...features })
    const close = once(async () => {
      await all([
        () => state.close(),
        () => log.close(),
        () => served.close(),
        async () => segments.close(),
        unlock,
        () => environment.close(),
      ])
    })
    return {
      log,
      state,
      values: lmdbValues(environment),
      ...shared(folder, clock),
      features: served,
      trim: () => environment.trim(),
      close,
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

async function openReader(folder: string, environment: Environment, clock: Clock): Promise<Store> {
  const segments = parquetSegments(join(folder, "events"))
  const log = lmdbLogReader(environment, { readSegment: segments.read })
  const state = slabState(lmdbBlocks(() => openEnvironment(join(folder, "state"), true)))
  const served = await fileFeatureLog(join(folder, "features"), { clock, readOnly: true })
  const close = once(async () => {
    await all([() => state.close(), () => log.close(), () => served.close(), async () => segments.close(), () => environment.close()])
  })
  return { log, state, values: lmdbValues(environment), ...shared(folder, clock), features: served, trim: () => environment.trim(), close }
}

/** What every process may write: content-addressed, compare-and-set, or left for the writer to take. */
function shared(folder: string, clock: Clock): Pick<Store, "blobs" | "releases" | "spool"> {
  return {
    blobs: fileBlobs(join(folder, "blobs")),
    releases: fileReleases(join(folder, "releases"), { clock }),
    spool: fileSpool(join(folder, "spool")),
  }
}

/** Runs all in order, also after a failure, and throws the first. */
async function all(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
