import { Unavailable } from "./errors.ts"
import { Arena } from "./kernel-arena.ts"
import { type WasmModule, webAssembly } from "./web-assembly.ts"

/** What a kernel exports besides its memory: functions over addresses and numbers. */
export type KernelFunctions = Record<string, (...args: number[]) => number>

/** One job of a kernel: its functions over a memory of its own, laid out by the arena. */
export interface KernelJob<Functions> {
  readonly run: Functions
  readonly arena: Arena
  /** Another job of the same kernel, empty, at once: where a table moves that outgrew its memory. */
  again(): KernelJob<Functions>
}

/** Compiled modules by name: code is shared between jobs, memory never. */
const modules = new Map<string, Promise<WasmModule>>()

/**
 * Opens a job of the kernel `dist/kernels/<name>.wasm`, with an empty arena of its own.
 *
 * The memory belongs to the job and is freed with it. Loading the code needs Node; it happens once a process.
 * @param capBytes - the arena refuses to pass this; at most 4 GiB
 * @throws {@link Unavailable} when the kernel was not built
 */
export async function openKernel<Functions = KernelFunctions>(name: string, capBytes: number): Promise<KernelJob<Functions>> {
  return start(await compiledModule(name), name, capBytes)
}

/** A job whose memory other threads can share; see `openCrew`. */
export interface SharedKernelJob<Functions> extends Omit<KernelJob<Functions>, "again"> {
  readonly module: WasmModule
}

/** Like {@link openKernel}, for the kernels that are built for shared memory. */
export async function openSharedKernel<Functions = KernelFunctions>(name: string, capBytes: number): Promise<SharedKernelJob<Functions>> {
  const module = await compiledModule(name)
  const arena = new Arena(name, capBytes, true)
  const { exports } = new webAssembly.Instance(module, { env: { memory: arena.memory } })
  return { run: exports as Functions, arena, module }
}

function start<Functions>(module: WasmModule, name: string, capBytes: number): KernelJob<Functions> {
  const arena = new Arena(name, capBytes)
  const { exports } = new webAssembly.Instance(module, { env: { memory: arena.memory } })
  return { run: exports as Functions, arena, again: () => start(module, name, capBytes) }
}

function compiledModule(name: string): Promise<WasmModule> {
  let compiled = modules.get(name)
  if (compiled === undefined) {
    compiled = compile(name)
    modules.set(name, compiled)
    compiled.catch(() => modules.delete(name))
  }
  return compiled
}

/** Like `modules`, for those who cannot wait. */
const modulesNow = new Map<string, WasmModule>()

/**
 * Like {@link openKernel}, at once: for models that a bundle restores and that answer synchronously. Meant for small kernels.
 * @throws {@link Unavailable} when the kernel was not built, or outside Node 20.16 and later
 */
export function openKernelNow<Functions = KernelFunctions>(name: string, capBytes: number): KernelJob<Functions> {
  let module = modulesNow.get(name)
  if (module === undefined) {
    module = new webAssembly.Module(readNow(name))
    modulesNow.set(name, module)
  }
  return start(module, name, capBytes)
}

function readNow(name: string): Uint8Array {
  const builtin = typeof process === "undefined" ? undefined : process.getBuiltinModule
  if (builtin === undefined) throw new Unavailable("openKernelNow", "Node 20.16 or later", "another runtime", "Update Node.")
  const { readFileSync } = builtin("node:fs")
  for (const place of places(name)) {
    try {
      return readFileSync(place)
    } catch {}
  }
  throw notBuilt(name)
}

async function compile(name: string): Promise<WasmModule> {
  const { readFile } = await import("node:fs/promises")
  for (const place of places(name)) {
    const bytes = await readFile(place).catch(() => undefined)
    if (bytes !== undefined) return webAssembly.compile(bytes)
  }
  throw notBuilt(name)
}

/** Source runs from src/core beside dist, built code from dist/src/core inside it. */
function places(name: string): URL[] {
  return [`../../kernels/${name}.wasm`, `../../dist/kernels/${name}.wasm`].map((path) => new URL(path, import.meta.url))
}

function notBuilt(name: string): Unavailable {
  return new Unavailable("openKernel", `the built kernel ${name}.wasm`, "no such file", "Run `npm run build`.")
}
