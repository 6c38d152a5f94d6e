import { Cancelled, unknownName } from "./errors.ts"
import { errorToPlain, type FromWorker, type ToWorker } from "./worker-messages.ts"

/** What a task may use of its surroundings. */
export interface TaskContext {
  /** Fires when the caller stops the task; heard when the task awaits, such as in `breathe`. */
  readonly signal: AbortSignal
  /** The same for loops that never await: reads shared memory. @throws {@link Cancelled} */
  throwIfCancelled(): void
  /** Tells the caller the share done, in `[0, 1]`. */
  onProgress(done: number): void
  /** Buffers of the result that move to the caller instead of being copied; they are unusable here afterwards. */
  transfer(...buffers: readonly ArrayBuffer[]): void
}

/** One thing a worker can do. Input and output are what structured cloning carries: plain data, typed arrays, shared memory. */
export type Task<Input, Output> = (input: Input, context: TaskContext) => Output | Promise<Output>

/** What a worker can do, by name. */
// `never` as input: a task of any input is one of these.
export type Tasks = Readonly<Record<string, Task<never, unknown>>>

/**
 * Makes the module it is called in the entry of a worker: call it once, at its top level, and give the module's address to `openWorkerPool`.
 * Several tasks may run at once when they await.
 */
export async function serveTasks(tasks: Tasks): Promise<void> {
  const { parentPort } = await import("node:worker_threads")
  const running = new Map<number, AbortController>()
  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []) => parentPort?.postMessage(message, [...transfer])
  parentPort?.on("message", async (message: ToWorker) => {
    const { id } = message
    if (message.kind === "stop") {
      running.get(id)?.abort()
      return
    }
    const stopper = new AbortController()
    running.set(id, stopper)
    const moved: ArrayBuffer[] = []
    const context: TaskContext = {
      signal: stopper.signal,
      throwIfCancelled() {
        if (Atomics.load(message.stop, 0) === 1) throw new Cancelled(message.task, "to run to its end", "a stop signal", "Run it again.")
      },
      onProgress: (done) => send({ kind: "progress", id, done }),
      transfer: (...buffers) => moved.push(...buffers),
    }
    try {
      if (!Object.hasOwn(tasks, message.task)) throw unknownName("serveTasks", "task", message.task, Object.keys(tasks))
      const value = await tasks[message.task]!(message.input as never, context)
      send({ kind: "result", id, value }, moved)
    } catch (error) {
      send({ kind: "error", id, error: errorToPlain(error) })
    } finally {
      running.delete(id)
    }
  })
}
