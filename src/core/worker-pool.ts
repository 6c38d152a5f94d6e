import type { Worker } from "node:worker_threads"
import { Cancelled, InvalidArgument, Unavailable } from "./errors.ts"
import { errorFromPlain, type FromWorker, type ToWorker } from "./worker-messages.ts"
import type { Tasks } from "./worker-tasks.ts"

/** How a {@link WorkerPool} is made. */
export interface WorkerPoolOptions {
  /** Threads at most; each starts with the first task that needs it. */
  readonly size: number
  /** How long a stopped task may take to end before its thread is ended for it; default 1000. */
  readonly graceMs?: number
}

/** How one task is run. */
export interface TaskOptions {
  readonly signal?: AbortSignal
  /** Hears the share done, in `[0, 1]`. */
  readonly onProgress?: (done: number) => void
  /** Buffers of the input that move to the worker instead of being copied; they are unusable here afterwards. */
  readonly transfer?: readonly ArrayBuffer[]
}

/** A few threads that run tasks, one task a thread at a time, first come first served. Idle threads do not keep the process alive. */
export interface WorkerPool<T extends Tasks> extends AsyncDisposable {
  /**
   * Runs one task and answers what it returned.
   * @throws what the task threw, of the same class where it is one of ours; {@link Cancelled} on the signal or when the pool closes;
   * {@link Unavailable} when the thread died or the pool is closed
   */
  run<Name extends keyof T & string>(
    task: Name,
    input: Parameters<T[Name]>[0],
    options?: TaskOptions,
  ): Promise<Awaited<ReturnType<T[Name]>>>
  /** Stops every task, waiting and running, and ends the threads. */
  close(): Promise<void>
}

interface Job {
  readonly id: number
  readonly task: string
  readonly input: unknown
  readonly options: TaskOptions
  readonly stop: Int32Array
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  /** Takes the ears off the signal once the thread is done with the job. */
  settled: (() => void) | undefined
}

interface Slot {
  worker: Worker | undefined
  job: Job | undefined
  grace: ReturnType<typeof setTimeout> | undefined
}

/**
 * Opens a pool of threads that run the tasks of a built module, which calls `serveTasks`.
 *
 * @param module - address of the built JavaScript; {@link builtModule} gives it
 * @throws {@link InvalidArgument} when `size` is no positive whole number
 */
export function openWorkerPool<T extends Tasks>(module: URL, { size, graceMs = 1000 }: WorkerPoolOptions): WorkerPool<T> {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new InvalidArgument("openWorkerPool", "a size of at least 1", String(size), "Pass the number of threads.")
  }
  const slots: Slot[] = Array.from({ length: size }, () => ({ worker: undefined, job: undefined, grace: undefined }))
  const waiting: Job[] = []
  let nextId = 0
  let isClosed = false

  const run = (task: string, input: unknown, options: TaskOptions = {}) =>
    new Promise<never>((resolve, reject) => {
      if (isClosed) return reject(new Unavailable("worker pool", "an open pool", "a closed one", "Open another."))
      if (options.signal?.aborted) return reject(stopped(task))
      const stop = new Int32Array(new SharedArrayBuffer(4))
      const job: Job = { id: nextId++, task, input, options, stop, resolve, reject, settled: undefined }
      if (options.signal !== undefined) listen(job, options.signal)
      waiting.push(job)
      void assign()
    })

  /** Rejects at once when the signal fires; a running task is told and given time, then its thread is ended. */
  function listen(job: Job, signal: AbortSignal): void {
    const onAbort = () => {
      job.reject(stopped(job.task))
      const place = waiting.indexOf(job)
      if (place >= 0) waiting.splice(place, 1)
      const slot = slots.find((slot) => slot.job === job)
      if (slot === undefined) return
      Atomics.store(job.stop, 0, 1)
      slot.worker?.postMessage({ kind: "stop", id: job.id } satisfies ToWorker)
      slot.grace = setTimeout(() => void slot.worker?.terminate(), graceMs)
    }
    signal.addEventListener("abort", onAbort, { once: true })
    job.settled = () => signal.removeEventListener("abort", onAbort)
  }

  async function assign(): Promise<void> {
    const slot = slots.find((slot) => slot.job === undefined)
    const job = slot && waiting.shift()
    if (slot === undefined || job === undefined) return
    slot.job = job
    try {
      slot.worker ??= await start(slot)
      if (slot.job !== job) return
      if (Atomics.load(job.stop, 0) === 1) return free(slot)
      slot.worker.ref()
      const message: ToWorker = { kind: "run", id: job.id, task: job.task, input: job.input, stop: job.stop }
      slot.worker.postMessage(message, [...(job.options.transfer ?? [])])
    } catch (error) {
      job.reject(error instanceof Error ? error : new Error(String(error)))
      free(slot)
    }
  }

  async function start(slot: Slot): Promise<Worker> {
    const { Worker } = await import("node:worker_threads")
    if (isClosed) throw stopped("worker pool")
    const worker = new Worker(module)
    let cause = ""
    worker.on("message", (message: FromWorker) => {
      const job = slot.job
      if (slot.worker !== worker || job?.id !== message.id) return
      if (message.kind === "progress") return void job.options.onProgress?.(message.done)
      if (message.kind === "result") job.resolve(message.value as never)
      else job.reject(errorFromPlain(message.error))
      free(slot)
    })
    worker.on("error", (error) => {
      cause = ` (${error instanceof Error ? error.message : String(error)})`
    })
    worker.on("exit", (code) => {
      if (slot.worker !== worker) return
      slot.worker = undefined
      const came = `its thread ended with code ${code}${cause}`
      slot.job?.reject(new Unavailable("worker pool", "the task to end", came, "Run it again; build first if the module is missing."))
      free(slot)
    })
    return worker
  }

  function free(slot: Slot): void {
    clearTimeout(slot.grace)
    slot.grace = undefined
    slot.job?.settled?.()
    slot.job = undefined
    slot.worker?.unref()
    void assign()
  }

  async function close(): Promise<void> {
    isClosed = true
    const left = waiting.splice(0)
    const workers = slots.flatMap(({ worker, job, grace }) => {
      clearTimeout(grace)
      if (job !== undefined) left.push(job)
      return worker ?? []
    })
    for (const slot of slots) Object.assign(slot, { worker: undefined, job: undefined, grace: undefined })
    for (const job of left) {
      job.settled?.()
      job.reject(stopped(job.task))
    }
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  return { run: run as WorkerPool<T>["run"], close, [Symbol.asyncDispose]: close }
}

/**
 * Address of a built module beside the caller, also when the caller runs from source: Node 20 cannot load a `.ts` worker.
 * @param path - relative to the caller, ending in `.ts`; `base` - the caller's `import.meta.url`
 */
export function builtModule(path: string, base: string): URL {
  const inDist = base.endsWith(".ts") ? base.replace(/\/src\/(?!.*\/src\/)/, "/dist/src/") : base
  return new URL(path.replace(/\.ts$/, ".js"), inDist)
}

function stopped(task: string): Cancelled {
  return new Cancelled(task, "to run to its end", "a stop signal", "Run it again.")
}
