import type { FastifyInstance } from "fastify"
import { Overloaded } from "../../core/index.ts"
import type { ServingContext } from "../context.ts"
import { textAnswer } from "./answers.ts"

const EVERY_MS = 1000

/** `GET /v1/admin/stream`: a status snapshot each second as server-sent events. A reader that is slow misses snapshots, it does not queue them. */
export function adminStreamRoute(app: FastifyInstance, context: ServingContext): void {
  const { counts, limits, closing } = context
  const schema = {
    tags: ["admin"],
    summary: "Status each second, as server-sent events",
    response: textAnswer("text/event-stream", "Events named status with JSON data."),
  }
  app.get("/v1/admin/stream", { schema, exposeHeadRoute: false }, (_request, reply) => {
    if (counts.streams >= limits.streams) {
      throw new Overloaded("stream", `at most ${limits.streams} open streams`, "one more", "Close another page of this server.")
    }
    const { raw } = reply.hijack()
    counts.streams++
    raw.writeHead(200, { ...reply.getHeaders(), "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" } as Record<
      string,
      string
    >)
    let ready = true
    const send = () => {
      if (!ready) return
      ready = raw.write(`event: status\ndata: ${JSON.stringify(snapshot(context))}\n\n`)
    }
    const timer = setInterval(send, EVERY_MS)
    const end = () => raw.end()
    closing.addEventListener("abort", end, { once: true })
    raw.on("drain", () => {
      ready = true
    })
    raw.once("close", () => {
      clearInterval(timer)
      closing.removeEventListener("abort", end)
      counts.streams--
    })
    send()
  })
}

function snapshot({ handlers, gate, meters, clock }: ServingContext) {
  const { p50Ms, p99Ms } = meters.loopDelay()
  return {
    time: clock.now(),
    health: handlers.health(),
    ready: handlers.ready(),
    requests: meters.total(),
    ...gate.counts(),
    eventLoop: { p50Ms, p99Ms },
    residentBytes: process.memoryUsage.rss(),
  }
}
