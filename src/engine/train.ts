import { type ChildProcess, fork } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Cancelled, type Clock, TrommelError, Unavailable } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import type { Store } from "../storage/index.ts"
import type { Progress, TrainReport, WorkOptions } from "./api.ts"
import { openDataset } from "./datasets.ts"
import { runTraining } from "./training.ts"

/** What the child is told: everything it needs to build the definition again and open the same store. */
export interface TrainingOrder {
  readonly storeDir: string
  readonly tenant: string
  readonly module: string
  readonly factory: string
  readonly options: unknown
  readonly seed: number
  readonly data?: string
}

/** What the child says, one message each. */
export type TrainingMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly report: TrainReport }
  | {
      readonly kind: "failed"
      readonly name: string
      readonly parts: readonly [string, string, string, string] | undefined
      readonly message: string
    }

/** Trains in a child process, so that nothing of it is felt by whoever serves. */
export function trainInChild(order: TrainingOrder, { onProgress, signal }: WorkOptions): Promise<TrainReport> {
  const entry = new URL("./train-child.js", import.meta.url)
  if (!existsSync(entry)) {
    return Promise.reject(
      new Unavailable("train", "the built package", "its sources alone", 'Run npm run build, or open with `training: "inline"`.'),
    )
  }
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(entry), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
    const stop = () => child.kill("SIGTERM")
    signal?.addEventListener("abort", stop, { once: true })
    child.on("message", (message: TrainingMessage) => {
      if (message.kind === "progress") onProgress?.(message.progress)
      else if (message.kind === "done") resolve(message.report)
      else reject(restored(message))
    })
    child.on("error", reject)
    child.on("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", stop)
      if (signal?.aborted) reject(new Cancelled("train", "to run to its end", "a stop signal", "Run it again."))
      else if (code !== 0)
        reject(
          new Unavailable(
            "train",
            "the training process to end with 0",
            String(killedBy ?? code),
            "See its output; memory may have run out.",
          ),
        )
    })
    send(child, order)
  })
}

/** Trains in this process: for tests, and for definitions that no other process can build. */
export async function trainInline(
  job: {
    readonly definition: SystemDefinition
    readonly store: Store
    readonly storeDir: string | undefined
    readonly seed: number
    readonly data?: string
    readonly clock: Clock
  },
  { onProgress = () => {}, signal = new AbortController().signal }: WorkOptions,
): Promise<TrainReport> {
  const { definition, store, seed, clock } = job
  const common = { store, seed, clock, signal, onProgress }
  if (job.data === undefined) return runTraining({ ...common, definition, log: store.log, source: { source: "log" } })
  const dataset = await openDataset(job.storeDir ?? "store", job.data, definition, { onProgress, signal })
  try {
    return await runTraining({
      ...common,
      definition: dataset.definition,
      log: dataset.store.log,
      source: { source: "layout", layout: dataset.layout.name },
    })
  } finally {
    await dataset.close()
  }
}

function send(child: ChildProcess, order: TrainingOrder): void {
  child.send(order, (error) => {
    if (error !== null) child.kill()
  })
}

function restored({ name, parts, message }: Extract<TrainingMessage, { kind: "failed" }>): Error {
  if (parts === undefined) return new Error(message)
  const error = new (class extends TrommelError {
    override readonly name = name
    readonly code = codes[name] ?? "unavailable"
  })(...parts)
  return error
}

const codes: Readonly<Record<string, TrommelError["code"]>> = {
  InvalidArgument: "invalid_argument",
  NotFound: "not_found",
  Conflict: "conflict",
  TooLarge: "too_large",
  Corrupt: "corrupt",
  Cancelled: "cancelled",
}
