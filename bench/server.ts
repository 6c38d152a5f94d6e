// A server in a process of its own, for benchmarks that send it load: what it says before it serves, what it takes, and what the machine has to do.
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { loadavg } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../..", import.meta.url))
const cli = join(root, "dist", "src", "cli", "main.js")
/** Words before every command, such as `chrt -f 10` on a machine with other work. */
const [program = process.execPath, ...before] = [
  ...(process.env.BENCH_UNDER ?? "").split(" ").filter((word) => word !== ""),
  process.execPath,
]

/** How long a server may take to open its store. */
const READY_MS = 300_000

/** Runs a command of trommel and gives what it printed. */
export function trommel(...args: string[]): string {
  const { stdout, status } = spawnSync(program, [...before, cli, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  if (status !== 0) throw new Error(`trommel ${args[0]} ended with ${status}`)
  return stdout
}

/** Serves while `work` runs; prints the memory that was told before, and what is resident afterwards. */
export async function served(args: readonly string[], port: number, work: (url: string) => void): Promise<void> {
  const url = `http://127.0.0.1:${port}`
  console.log(
    `load of the machine ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}`,
  )
  const server: ChildProcess = spawn(program, [...before, cli, "serve", ...args, "--port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  let told = ""
  server.stderr!.on("data", (chunk: Buffer) => {
    told += chunk.toString()
  })
  const until = performance.now() + READY_MS
  while (
    server.exitCode === null &&
    performance.now() < until &&
    !(await fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await new Promise((resolve) => setTimeout(resolve, 250))
  try {
    if (performance.now() >= until) throw new Error(`serve was not ready: ${told}`)
    if (server.exitCode !== null) throw new Error(`serve ended with ${server.exitCode}: ${told}`)
    console.log(told.trim())
    work(url)
    console.log(`${memoryOf(server.pid!)}; load of the machine ${loadavg()[0]!.toFixed(1)}\n`)
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve))
    if (server.exitCode === null) {
      server.kill("SIGINT")
      await ended
    }
  }
}

/** What a process takes, where the machine tells. */
function memoryOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8")
    const mb = (name: string) =>
      `${Math.round((Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? Number.NaN) * 1024) / 1e6)} MB`
    return `memory after: ${mb("VmRSS")} resident, ${mb("RssAnon")} of it behind no file, ${mb("RssFile")} pages of files; at most ${mb("VmHWM")}`
  } catch {
    return "memory after: not told by this machine"
  }
}

/** CPU milliseconds of single calls, one after the other: percentiles, and the mean of the best 300 in a row. */
export async function cpuOf(calls: number, call: (n: number) => Promise<unknown>): Promise<string> {
  for (let n = 0; n < 500; n++) await call(n)
  const each = new Float64Array(calls)
  for (let n = 0; n < calls; n++) {
    const started = process.cpuUsage()
    await call(500 + n)
    const { user, system } = process.cpuUsage(started)
    each[n] = (user + system) / 1000
    if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  let best = Number.POSITIVE_INFINITY
  for (let from = 0; from + 300 <= calls; from += 50)
    best = Math.min(best, each.subarray(from, from + 300).reduce((sum, ms) => sum + ms, 0) / 300)
  const sorted = each.toSorted()
  const at = (share: number) => sorted[Math.min(calls - 1, Math.floor(share * calls))]!.toFixed(2)
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / calls
  return `CPU ms a request in process: mean ${mean.toFixed(2)}, best 300 in a row ${best.toFixed(2)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`
}
