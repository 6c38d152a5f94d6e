import { claimTask, controlBytes, joinCrew, maxArguments, maxTasks, Words } from "./crew-protocol.ts"
import { Conflict, InvalidArgument, Unavailable } from "./errors.ts"
import type { SharedKernelJob } from "./kernels.ts"
import { builtModule, openWorkerPool } from "./worker-pool.ts"

/** Threads that run a kernel's functions on one job's memory. */
export interface Crew<Functions> extends AsyncDisposable {
  readonly threads: number
  /**
   * Calls the function once for each list of arguments, in any order and on any thread, and returns when all calls have ended.
   * Calls of one round must write to different places. The caller's thread works along, so a crew of 1 has no other.
   * @throws {@link Conflict} after `close`; {@link Unavailable} when a call failed
   */
  run(name: keyof Functions & string, calls: readonly (readonly number[])[]): void
  /** Ends the other threads. The job and its memory stay usable by the caller. */
  close(): Promise<void>
}

/** How often a waiting thread looks again before it sleeps: about 20 us, the length of a short call. */
const SPINS = 4000

/**
 * Gathers a crew for a job. Rounds start and end through shared memory: about 10 us each, where a message between threads takes 100.
 * Other threads start in the background; until then the caller does their part.
 * @param threads - how many work at once, the caller included
 * @throws {@link InvalidArgument} when `threads` is no positive whole number
 */
export function openCrew<Functions>(job: SharedKernelJob<Functions>, threads: number): Crew<Functions> {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw new InvalidArgument("openCrew", "threads from 1 to 256", String(threads), "Pass the number of cores to use.")
  }
  const functions = job.run as Record<string, (...args: number[]) => unknown>
  const names = Object.keys(functions).sort()
  const shared = new SharedArrayBuffer(controlBytes)
  const control = new Int32Array(shared, 0, Words.count)
  const lists = new Float64Array(shared, Words.count * 4)
  const pool =
    threads > 1
      ? openWorkerPool<typeof import("./crew-worker.ts").tasks>(builtModule("./crew-worker.ts", import.meta.url), { size: threads - 1 })
      : undefined
  let failure: unknown
  let isClosed = false
  for (let thread = 1; thread < threads; thread++) {
    pool?.run("work", { module: job.module, memory: job.arena.memory, shared }).catch((error: unknown) => {
      if (!isClosed) failure = error
    })
  }

  function round(name: string, calls: readonly (readonly number[])[]): void {
    const run = functions[name]!
    for (const [i, call] of calls.entries()) {
      if (call.length > maxArguments)
        throw new InvalidArgument("crew", `${maxArguments} arguments at most`, `${call.length}`, "Pass fewer.")
      lists.set(call, i * maxArguments)
    }
    Atomics.store(control, Words.named, names.indexOf(name))
    Atomics.store(control, Words.calls, calls.length)
    Atomics.store(control, Words.done, 0)
    const number = (Atomics.load(control, Words.round) + 1) & 0x7ffff
    Atomics.store(control, Words.claim, number * maxTasks * 2)
    Atomics.store(control, Words.round, number)
    Atomics.notify(control, Words.round)
    for (let task = claimTask(control, number); task >= 0; task = claimTask(control, number)) {
      try {
        run(...calls[task]!)
      } catch {
        Atomics.store(control, Words.failed, 1)
      }
      Atomics.add(control, Words.done, 1)
    }
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(control, Words.done)
      if (done === calls.length) break
      if (spins > SPINS) Atomics.wait(control, Words.done, done, 100)
    }
    // No thread may claim from a round that has ended while the next is being written.
    Atomics.store(control, Words.claim, -1)
    if (Atomics.load(control, Words.failed) === 1) {
      throw new Unavailable("crew", `${name} to end on every thread`, "a call that failed", "This is a defect: report it.")
    }
  }

  async function close(): Promise<void> {
    isClosed = true
    Atomics.store(control, Words.stop, 1)
    Atomics.add(control, Words.round, 1)
    Atomics.notify(control, Words.round)
    await pool?.close()
  }

  return {
    threads,
    run(name, calls) {
      if (isClosed) throw new Conflict("crew", "an open crew", "a closed one", "Open another.")
      if (failure !== undefined) throw failure
      if (pool === undefined || calls.length < 2) for (const call of calls) functions[name]!(...call)
      else for (let from = 0; from < calls.length; from += maxTasks) round(name, calls.slice(from, from + maxTasks))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** What the other threads do until they are told to stop. */
export function serveCrew(functions: Record<string, (...args: number[]) => unknown>, shared: SharedArrayBuffer): void {
  joinCrew(functions, shared, SPINS)
}
