import { serveCrew } from "./crew.ts"
import { type WasmMemory, type WasmModule, webAssembly } from "./web-assembly.ts"
import { serveTasks } from "./worker-tasks.ts"

/** What a thread is given to join a crew. */
interface Place {
  readonly module: WasmModule
  readonly memory: WasmMemory
  readonly shared: SharedArrayBuffer
}

export const tasks = {
  /** An instance of its own over the crew's memory, until the crew is closed. */
  async work({ module, memory, shared }: Place): Promise<void> {
    const instance = new webAssembly.Instance(module, { env: { memory } })
    serveCrew(instance.exports as Record<string, (...args: number[]) => unknown>, shared)
  },
}

await serveTasks(tasks)
