import { Conflict, InvalidArgument, Unavailable } from "../core/index.ts"
import { checkExposure } from "./access.ts"
import type { ServerOptions } from "./context.ts"
import { defaultLimits } from "./limits.ts"

/** A server of one engine. */
export interface Server {
  /** Opens the port; resolves with the address people type, such as `http://127.0.0.1:4600`. */
  listen(): Promise<string>
  /** The address, once listening. */
  readonly address: string | undefined
  /** Refuses new requests, lets those under way finish for at most `limits.closeMs`, closes the port. */
  close(): Promise<void>
}

/**
 * The HTTP API over `handlers`. Nothing is loaded or opened before {@link Server.listen}.
 * @throws Unauthorized when `host` is wider than loopback and there is no API key
 * @throws InvalidArgument when `port` is no port
 */
export function createServer(options: ServerOptions): Server {
  const { host = "127.0.0.1", port = 4600, apiKeys = [], limits = {} } = options
  checkExposure(host, apiKeys)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgument("--port", "a whole number from 0 to 65535", String(port), "Leave it out for 4600; 0 takes a free port.")
  }
  let built: Awaited<ReturnType<typeof load>> | undefined
  let address: string | undefined
  return {
    async listen() {
      built = await load(options)
      try {
        await built.app.listen({ host, port })
      } catch (error) {
        await built.app.close()
        throw listenError(error, host, port)
      }
      const bound = built.app.server.address()
      const boundPort = typeof bound === "object" && bound !== null ? bound.port : port
      address = `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`
      return address
    },
    get address() {
      return address
    },
    async close() {
      if (built === undefined) return
      const { app, beginClose } = built
      built = undefined
      beginClose()
      const cut = setTimeout(() => app.server.closeAllConnections(), limits.closeMs ?? defaultLimits.closeMs)
      // A kept-alive connection whose last answer went out after the close began would hold the port until it times out.
      const idle = setInterval(() => app.server.closeIdleConnections(), 20)
      await app.close()
      clearTimeout(cut)
      clearInterval(idle)
      address = undefined
    },
  }
}

async function load(options: ServerOptions) {
  try {
    const { buildApp } = await import("./app.ts")
    return await buildApp(options)
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error
    throw new Unavailable(
      "serving",
      "the packages fastify, @fastify/swagger and @sinclair/typebox",
      "at least one missing",
      "npm install trommel",
    )
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  switch ((error as { code?: string }).code) {
    case "EADDRINUSE":
      return new Conflict(
        "--port",
        "a free port",
        `${port}, which another program listens on`,
        "Stop that program, or choose another with --port.",
      )
    case "EACCES":
      return new InvalidArgument("--port", "a port this user may open", String(port), "Choose one above 1023.")
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new InvalidArgument("--host", "an address of this machine", JSON.stringify(host), "Leave it out for 127.0.0.1.")
    default:
      return error
  }
}
