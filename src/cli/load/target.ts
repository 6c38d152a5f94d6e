import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { InvalidArgument, NotFound, Unavailable } from "../../core/index.ts"
import type { CliContext, Input } from "../command.ts"
import { numberFlag, textFlag } from "../input.ts"
import { type Client, client } from "./client.ts"

/** The server to be measured and what to ask it. */
export interface Target {
  readonly url: string
  readonly system: string
  readonly users: readonly string[]
  /** Items seen on some pages, for events; the ids are the server's own. */
  items(): Promise<readonly string[]>
  readonly client: Client
}

/** Reaches the server, checks that it is ready, and learns its system and users. */
export async function target(input: Input, context: CliContext, defaults: { readonly connections: number }): Promise<Target> {
  const url = textFlag(input, "url") ?? "http://127.0.0.1:4600"
  const connections = numberFlag(input, "connections", defaults.connections, { min: 1, max: 10_000, whole: true })
  const timeoutMs = numberFlag(input, "timeout-ms", 10_000, { min: 1, max: 600_000 })
  const http = client(url, { connections, timeoutMs, apiKey: context.env.TROMMEL_API_KEY })
  try {
    const { status, value } = await http.json("GET", "/ready")
    const missing = (value as { missing?: readonly string[] } | undefined)?.missing ?? []
    if (status !== 200)
      throw new Unavailable(
        url,
        "a server that can rank",
        `one that lacks ${missing.join("; ") || `an answer (${status})`}`,
        "Train a release first.",
      )
    const system = textFlag(input, "system") ?? (await onlySystem(http))
    const users = await usersOf(input, context, http, system)
    return { url, system, users, items: () => itemsOf(http, system, users), client: http }
  } catch (error) {
    http.close()
    throw error
  }
}

async function onlySystem(http: Client): Promise<string> {
  const { value } = await http.json("GET", "/v1/admin/systems")
  const names = ((value as { systems?: readonly { name: string }[] } | undefined)?.systems ?? []).map(({ name }) => name)
  if (names.length === 1) return names[0]!
  throw new InvalidArgument(
    "--system",
    `one of ${names.join(", ") || "the server's systems"}`,
    "nothing",
    "Name the system to load; a server with keys wants one in TROMMEL_API_KEY.",
  )
}

async function usersOf(input: Input, context: CliContext, http: Client, system: string): Promise<readonly string[]> {
  const named = textFlag(input, "users") ?? "1000"
  if (!/^\d+$/.test(named)) {
    const path = resolve(context.cwd, named)
    if (!existsSync(path)) throw new NotFound("--users", "a number or a file of ids", JSON.stringify(named), "Check the path.")
    return readFileSync(path, "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
  }
  const wanted = Math.min(9999, Math.max(1, Number(named)))
  const { status, value } = await http.json("GET", `/v1/admin/users?system=${encodeURIComponent(system)}&limit=${wanted}`)
  if (status !== 200) throw new NotFound("--system", "a system of the server", JSON.stringify(system), "GET /v1/admin/systems lists them.")
  return ((value as { users?: readonly { id: string }[] } | undefined)?.users ?? []).map(({ id }) => id)
}

async function itemsOf(http: Client, system: string, users: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const user of users.length === 0 ? [undefined] : users.slice(0, 20)) {
    const { value } = await http.json("POST", `/v1/${encodeURIComponent(system)}/rank`, {
      limit: 50,
      log: false,
      ...(user === undefined ? {} : { user }),
    })
    for (const { id } of (value as { items?: readonly { id: string }[] } | undefined)?.items ?? []) found.add(id)
  }
  if (found.size === 0)
    throw new Unavailable("bench", "items on the first pages, to send events about", "empty pages", "Import items and train first.")
  return [...found]
}
