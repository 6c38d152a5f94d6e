import type { Socket } from "node:net"
import swagger from "@fastify/swagger"
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify"
import { systemClock } from "../core/index.ts"
import { access } from "./access.ts"
import { admission } from "./admission.ts"
import type { ServerOptions, ServingContext } from "./context.ts"
import { defaultLimits } from "./limits.ts"
import { meters } from "./meters.ts"
import { type Refusal, refusal, refusalOf, wrongContentType } from "./refusals.ts"
import { routes } from "./routes.ts"
import { unmatched } from "./unmatched.ts"

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered without a key: holds no data. */
    readonly isPublic?: boolean
  }
}

/** The framework with every hook and route of this API, not yet listening; `beginClose` refuses what comes from then on. */
export async function buildApp(options: ServerOptions): Promise<{ readonly app: FastifyInstance; beginClose(): void }> {
  const { handlers, version, host = "127.0.0.1", apiKeys = [], page, clock = systemClock } = options
  const limits = { ...defaultLimits, ...options.limits }
  const closing = new AbortController()
  const context: ServingContext = {
    handlers,
    version,
    limits,
    clock,
    gate: admission(limits.inFlight, limits.queue, clock),
    meters: meters(),
    page,
    closing: closing.signal,
    counts: { eventBytes: 0, eventBatchesRejected: 0, streams: 0 },
  }
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: 30_000,
    return503OnClosing: false,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: false, verbose: true } },
    frameworkErrors: (error, _request, reply) => send(reply as unknown as FastifyReply, refusalOf(error, "request")),
    clientErrorHandler: refuseSocket,
  })
  app.removeContentTypeParser("text/plain")
  guard(app, options, context, access(host, apiKeys))
  app.setErrorHandler((error, request, reply) => {
    const refused = refusalOf(error, request.routeOptions.url ?? "request", request.routeOptions.bodyLimit)
    if (refused.body.error.code === "internal") options.onFault?.(error, request.routeOptions.url ?? "request")
    return send(reply, refused)
  })
  const known = unmatched(app)
  app.setNotFoundHandler((request, reply) => send(reply, known(request.method, request.url)))
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "trommel", version, description: "Events in, ranked pages out. Every refusal has one shape." },
      ...(apiKeys.length === 0
        ? {}
        : { components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } }, security: [{ key: [] }] }),
    },
  })
  for (const route of routes) route(app, context)
  app.addHook("onClose", async () => context.meters.stop())
  return { app, beginClose: () => closing.abort() }
}

/** What every request passes before its body is read, and what every answer carries. */
function guard(app: FastifyInstance, options: ServerOptions, context: ServingContext, { check }: ReturnType<typeof access>): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-content-type-options", "nosniff")
    const refused =
      (context.closing.aborted ? closingRefusal : undefined) ??
      check(request.raw, request.routeOptions.config?.isPublic === true) ??
      (request.method === "POST" && !request.is404 ? checkType(request.headers["content-type"]) : undefined)
    if (refused === undefined) done()
    else send(reply, refused)
  })
  app.addHook("onResponse", (request, reply, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? "unknown"}`
    context.meters.answered(request.is404 ? "unknown" : route, reply.statusCode, reply.elapsedTime)
    options.onRequest?.({ time: context.clock.now(), method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime })
    done()
  })
}

function checkType(header: string | undefined): Refusal | undefined {
  if (/^application\/json\s*(;|$)/i.test(header ?? "")) return undefined
  return wrongContentType(header === undefined ? "none" : JSON.stringify(header.slice(0, 80)))
}

const closingRefusal = refusal(
  "unavailable",
  {
    where: "server",
    expected: "a running server",
    came: "one that is closing",
    remedy: "Send it to another process, or again in a moment.",
  },
  { headers: { connection: "close" } },
)

function send(reply: FastifyReply, { status, body, headers = {} }: Refusal) {
  return reply.code(status).headers(headers).type("application/json; charset=utf-8").send(body)
}

/** A request too broken for a route: answered on the socket itself, with the same body. */
function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400
  const { body } = refusalOf({ statusCode: status }, "request")
  const text = JSON.stringify(body)
  const line = { 400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large" }[status]
  socket.end(
    `HTTP/1.1 ${status} ${line}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}
