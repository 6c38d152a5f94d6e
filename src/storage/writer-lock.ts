import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { type Clock, Conflict } from "../core/index.ts"
import type { Environment } from "./environment.ts"

/** Who writes: enough to tell whether that process still lives. */
interface Holder {
  readonly token: string
  readonly pid: number
  /** When the process started, in clock ticks since the machine did; absent where the machine does not tell. */
  readonly started?: string
  /** Machine start and process namespace: ids of processes mean nothing outside of it. */
  readonly scope: string
  readonly host: string
  readonly sinceMs: number
  readonly seenMs: number
}

const HEARTBEAT_MS = 2_000
/** A holder whose process cannot be asked (another container or machine) counts as gone when it was not seen for so long. */
const SILENT_MS = 10_000
/** Tokens of this process: a lock with our own process id is ours only if it is among them. */
const own = new Set<string>()

/**
 * Makes this process the one writer of the environment. Reading the holder and replacing it is one transaction, so two can never win.
 * A holder that no longer lives is taken over at once.
 *
 * @returns how to release it
 * @throws {@link Conflict} that says who holds it
 */
export async function lockWriter(environment: Environment, clock: Clock): Promise<() => Promise<void>> {
  const table = environment.table<string>("lock")
  const token = randomUUID()
  const sinceMs = clock.now()
  const started = startOf(process.pid)
  const me = (): Holder => ({
    token,
    pid: process.pid,
    ...(started === undefined ? {} : { started }),
    scope: scope(),
    host: hostname(),
    sinceMs,
    seenMs: clock.now(),
  })
  const write = (holder: Holder) => table.put("writer", Buffer.from(JSON.stringify(holder)))
  environment.exclusive(() => {
    const bytes = table.get("writer")
    const holder = bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as Holder)
    if (holder !== undefined && lives(holder, clock.now())) throw held(holder)
    table.putSync("writer", Buffer.from(JSON.stringify(me())))
  })
  own.add(token)
  const heartbeat = setInterval(() => {
    // On a full disk the sign of life is late; the process id still tells on the same machine.
    environment.commit(() => void write(me())).catch(() => {})
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return async () => {
    clearInterval(heartbeat)
    own.delete(token)
    await environment.commit(() => void table.remove("writer")).catch(() => {})
  }
}

function lives({ token, pid, started, scope: theirs, seenMs }: Holder, nowMs: number): boolean {
  if (theirs !== scope()) return nowMs - seenMs < SILENT_MS
  if (pid === process.pid) return own.has(token)
  try {
    process.kill(pid, 0)
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EPERM")) return false
  }
  return started === undefined || startOf(pid) === started
}

function held({ pid, host, sinceMs }: Holder): Conflict {
  return new Conflict(
    "store",
    "no other writer",
    `process ${pid} on ${host}, writing since ${new Date(sinceMs).toISOString()}`,
    "Stop it, or send the work to it over HTTP; reading beside it is fine.",
  )
}

/**
 * Field 22 of /proc/<pid>/stat: start time in clock ticks; a process id may be used again, with its start time it is not. Empty for a
 * process that has ended and waits for its parent to notice. Undefined where the machine does not tell.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return fields[0] === "Z" || fields[0] === "X" ? "" : fields[19]
  } catch {
    return undefined
  }
}

function scope(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`
  } catch {
    return hostname()
  }
}
