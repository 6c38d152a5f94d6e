import type { Engine } from "../../src/engine/index.ts"
import { createServer, type Server } from "../../src/serving/index.ts"

/** A server of an engine on a free port, and how tests call it. */
export interface RealServer {
  readonly address: string
  call(
    path: string,
    body?: unknown,
    more?: RequestInit,
  ): Promise<{ readonly status: number; readonly body: unknown; readonly text: string }>
  close(): Promise<void>
}

/** Opens the HTTP API over an engine; a body that is text is sent as it is. */
export async function serveEngine(engine: Engine, options: Partial<Parameters<typeof createServer>[0]> = {}): Promise<RealServer> {
  const faults: unknown[] = []
  const server: Server = createServer({
    handlers: engine.handlers,
    version: "0.0.0-test",
    port: 0,
    onFault: (error) => faults.push(error),
    ...options,
  })
  const address = await server.listen()
  return {
    address,
    async call(path, body, more = {}) {
      const sent = body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }
      const answer = await fetch(address + path, { ...sent, headers: { "content-type": "application/json" }, ...more })
      const text = await answer.text()
      const isJson = answer.headers.get("content-type")?.startsWith("application/json") ?? false
      return { status: answer.status, body: isJson ? JSON.parse(text) : text, text }
    },
    async close() {
      await server.close()
      if (faults.length > 0) throw faults[0]
    },
  }
}
