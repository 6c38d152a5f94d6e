import type { Worker } from "node:worker_threads"
import { InvalidArgument } from "./errors.ts"
import type { SharedKernelJob } from "./kernels.ts"
import { turns } from "./turns.ts"
import type { WasmMemory, WasmModule } from "./web-assembly.ts"
import { builtModule } from "./worker-pool.ts"

/** Arguments of a call, and calls of a run, at most. */
const MOST_ARGUMENTS = 16
const MOST_CALLS = 16
/** Numbers of a call: which function, how many arguments, the arguments; its answer is written over the first. */
const CALL = 2 + MOST_ARGUMENTS
/** Runs of one job that may be under way at once. */
const SLOTS = 16
/** Milliseconds over which it is told how busy the caller's thread is. */
const LOOK_MS = 50

/** One call of a kernel's function: its name and arguments. */
export type KernelCall = readonly [name: string, ...args: number[]]

/** A thread that runs the functions of kernels beside the one that asks, each over the memory of its job. */
export interface KernelThread {
  /** Makes a job known to the thread; it is forgotten with the seat. */
  join<Functions>(job: SharedKernelJob<Functions>): KernelSeat
  close(): Promise<void>
}

/** A job on a {@link KernelThread}. */
export interface KernelSeat {
  /**
   * Runs calls one after the other on the thread, and answers what each returned.
   * @returns undefined, with nothing done, when the caller's thread has time of its own, too much is under way or the thread has ended: the caller then
   * calls for itself. The promise answers undefined when the thread ended on the way: any part may have been done
   */
  run(calls: readonly KernelCall[]): Promise<Float64Array | undefined> | undefined
}

/** What the thread is told: a job to know or to forget; a run is a number alone, `seat * 16 + slot`. */
export type ToThread =
  | number
  | { readonly seat: number; readonly module: WasmModule; readonly memory: WasmMemory; readonly runs: SharedArrayBuffer }
  | { readonly forget: number }

/**
 * Starts a thread for short work that a request can wait for: some tens of microseconds there and back, where the caller serves others meanwhile.
 *
 * Waking it costs a request more than it saves while the caller's thread would otherwise idle, so it is given work only when that is busy. It does not
 * keep the process alive. When it ends by a fault, everything goes on on the caller's thread.
 * @param options - `busyShare`: share of time that the caller's event loop must be at work, default 0.5
 */
export async function openKernelThread(options: { readonly busyShare?: number } = {}): Promise<KernelThread> {
  const { Worker } = await import("node:worker_threads")
  const worker: Worker = new Worker(builtModule("./kernel-thread-worker.ts", import.meta.url))
  const waiting = new Map<number, (isDone: boolean) => void>()
  let isOver = false
  let nextSeat = 0
  const end = () => {
    isOver = true
    for (const ended of waiting.values()) ended(false)
    waiting.clear()
  }
  // Who waited goes on in a turn of its own: answers that come together would otherwise hold the loop together.
  const order = turns()
  worker.on("message", async (ticket: number) => {
    await order.next()
    const ended = waiting.get(ticket)
    waiting.delete(ticket)
    ended?.(true)
  })
  worker.on("error", end)
  worker.on("exit", end)
  worker.unref()
  const isBusy = busyLoop(options.busyShare ?? 0.5)
  const left = new FinalizationRegistry((seat: number) => {
    if (!isOver) worker.postMessage({ forget: seat } satisfies ToThread)
  })
  return {
    join(job) {
      const seat = nextSeat++
      const runs = new SharedArrayBuffer(SLOTS * (1 + MOST_CALLS * CALL) * 8)
      const names = Object.keys(job.run as object).sort()
      const free = Array.from({ length: SLOTS }, (_, slot) => slot)
      if (!isOver) worker.postMessage({ seat, module: job.module, memory: job.arena.memory, runs } satisfies ToThread)
      const own: KernelSeat = {
        run(calls) {
          const slot = isOver || !isBusy() ? undefined : free.at(-1)
          if (slot === undefined) return undefined
          const numbers = runOf(runs, slot)
          write(numbers, calls, names)
          free.pop()
          const ticket = seat * SLOTS + slot
          return new Promise((resolve) => {
            waiting.set(ticket, (isDone) => {
              free.push(slot)
              resolve(isDone ? Float64Array.from(calls, (_, at) => numbers[1 + at * CALL]!) : undefined)
            })
            worker.postMessage(ticket)
          })
        },
      }
      left.register(own, seat)
      return own
    },
    async close() {
      end()
      await worker.terminate()
    },
  }
}

/** Whether the event loop of this thread was at work for so much of the last moment. */
function busyLoop(share: number): () => boolean {
  let before = performance.eventLoopUtilization()
  let lookedMs = performance.now()
  let isBusy = share <= 0
  return () => {
    const now = performance.now()
    if (now - lookedMs < LOOK_MS) return isBusy
    const after = performance.eventLoopUtilization()
    isBusy = performance.eventLoopUtilization(after, before).utilization >= share
    before = after
    lookedMs = now
    return isBusy
  }
}

/** Whose run and which a ticket names. */
export const seatOf = (ticket: number): readonly [seat: number, slot: number] => [Math.floor(ticket / SLOTS), ticket % SLOTS]

/** The numbers of one run: how many calls, then each. */
export const runOf = (runs: SharedArrayBuffer, slot: number): Float64Array =>
  new Float64Array(runs, slot * (1 + MOST_CALLS * CALL) * 8, 1 + MOST_CALLS * CALL)

function write(run: Float64Array, calls: readonly KernelCall[], names: readonly string[]): void {
  if (calls.length > MOST_CALLS) throw new InvalidArgument("kernel thread", `${MOST_CALLS} calls at most`, `${calls.length}`, "Run fewer.")
  run[0] = calls.length
  calls.forEach(([name, ...args], at) => {
    const named = names.indexOf(name)
    if (named < 0 || args.length > MOST_ARGUMENTS)
      throw new InvalidArgument("kernel thread", `a function among ${names.join(", ")}`, name, "Check name and arguments.")
    run[1 + at * CALL] = named
    run[2 + at * CALL] = args.length
    run.set(args, 3 + at * CALL)
  })
}

/** Makes the calls of a run, as the thread does; the answer of each stands where its function was named. */
export function makeCalls(functions: readonly ((...args: number[]) => number)[], run: Float64Array): void {
  for (let at = 0; at < run[0]!; at++) {
    const start = 1 + at * CALL
    const args = run.subarray(start + 2, start + 2 + run[start + 1]!)
    run[start] = functions[run[start]!]!(...args) ?? 0
  }
}
