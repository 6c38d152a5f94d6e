import { Agent, type ClientRequest, request } from "node:http"
import { InvalidArgument, Unavailable } from "../../core/index.ts"

/** What came of one request: a status and its body, or the kind of failure. */
export type Outcome = { readonly status: number; readonly body: Buffer } | { readonly failure: string }

/** A client with connections of its own, kept alive. */
export interface Client {
  /** Sends now; calls back exactly once. */
  send(method: "GET" | "POST", path: string, body: Buffer | undefined, done: (outcome: Outcome) => void): void
  /** The same as a promise, parsed. @throws Unavailable when nothing answers */
  json(method: "GET" | "POST", path: string, body?: unknown): Promise<{ readonly status: number; readonly value: unknown }>
  text(path: string): Promise<string>
  close(): void
}

/**
 * A client of the server at `url`.
 * @throws InvalidArgument when `url` is not http://HOST:PORT
 */
export function client(
  url: string,
  options: { readonly connections: number; readonly timeoutMs: number; readonly apiKey?: string | undefined },
): Client {
  const { hostname, port } = parse(url)
  const agent = new Agent({
    keepAlive: true,
    maxSockets: options.connections,
    maxFreeSockets: options.connections,
    scheduling: "fifo",
    noDelay: true,
  })
  const key = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }
  const send: Client["send"] = (method, path, body, done) => {
    const headers = body === undefined ? key : { ...key, "content-type": "application/json", "content-length": body.length }
    let open = true
    const finish = (outcome: Outcome) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      done(outcome)
    }
    const sent: ClientRequest = request({ host: hostname, port, method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = []
      answer.on("data", (chunk: Buffer) => chunks.push(chunk))
      answer.on("end", () => finish({ status: answer.statusCode ?? 0, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }))
      answer.on("error", (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? "broken answer" }))
    })
    const timer = setTimeout(() => {
      finish({ failure: "timeout" })
      sent.destroy()
    }, options.timeoutMs)
    sent.on("error", (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? error.message }))
    sent.end(body)
  }
  const whole = (method: "GET" | "POST", path: string, body?: unknown) =>
    new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      send(method, path, body === undefined ? undefined : Buffer.from(JSON.stringify(body)), (outcome) => {
        if ("failure" in outcome)
          reject(new Unavailable(url, "a running server", outcome.failure, "Start it with trommel serve, or name another with --url."))
        else resolve(outcome)
      })
    })
  return {
    send,
    async json(method, path, body) {
      const answer = await whole(method, path, body)
      return { status: answer.status, value: parsed(answer.body) }
    },
    text: async (path) => (await whole("GET", path)).body.toString("utf8"),
    close: () => agent.destroy(),
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"))
  } catch {
    return undefined
  }
}

function parse(url: string): { readonly hostname: string; readonly port: number } {
  const found = URL.canParse(url) ? new URL(url) : undefined
  if (found === undefined || found.protocol !== "http:" || found.pathname !== "/") {
    throw new InvalidArgument("--url", "an address such as http://127.0.0.1:4600", JSON.stringify(url), "Leave the path out.")
  }
  return { hostname: found.hostname.replace(/^\[|\]$/g, ""), port: Number(found.port || 80) }
}
