import { parentPort } from "node:worker_threads"
import { makeCalls, runOf, seatOf, type ToThread } from "./kernel-thread.ts"
import { webAssembly } from "./web-assembly.ts"

interface Job {
  readonly functions: readonly ((...args: number[]) => number)[]
  readonly runs: SharedArrayBuffer
}

const jobs = new Map<number, Job>()

parentPort!.on("message", (message: ToThread) => {
  if (typeof message === "number") {
    const [seat, slot] = seatOf(message)
    const { functions, runs } = jobs.get(seat)!
    makeCalls(functions, runOf(runs, slot))
    parentPort!.postMessage(message)
  } else if ("forget" in message) jobs.delete(message.forget)
  else {
    const { seat, module, memory, runs } = message
    const exports = new webAssembly.Instance(module, { env: { memory } }).exports as Record<string, (...args: number[]) => number>
    const names = Object.keys(exports).sort()
    jobs.set(seat, { functions: names.map((name) => exports[name]!), runs })
  }
})
