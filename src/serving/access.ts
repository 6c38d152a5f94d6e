import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { Unauthorized } from "../core/index.ts"
import { type Refusal, refusal } from "./refusals.ts"

/** Who may call: checked before a byte of the body is read. */
export interface Access {
  /** The refusal this request gets, or `undefined` when it may pass. */
  check(request: IncomingMessage, isPublic: boolean): Refusal | undefined
}

/** True for names and addresses that never leave this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "")
  return name === "localhost" || name === "::1" || name === "::ffff:127.0.0.1" || /^127(\.\d{1,3}){3}$/.test(name)
}

/**
 * Refuses to open a server to other machines while there is no API key. A wider host is refused, never narrowed.
 * @throws Unauthorized when `host` is not loopback and `keys` is empty
 */
export function checkExposure(host: string, keys: readonly string[]): void {
  if (isLoopback(host) || keys.length > 0) return
  throw new Unauthorized(
    "--host",
    "a loopback address such as 127.0.0.1 while no API key exists",
    JSON.stringify(host),
    "Set TROMMEL_API_KEYS to one or more keys, or leave --host out.",
  )
}

/**
 * Keys, Host and Origin.
 *
 * Without keys only names of this machine are accepted as Host, so a page that rebinds its own domain to 127.0.0.1 gets nothing.
 * With keys any Host passes, because each request must carry a key that no browser adds by itself. An Origin must be the Host's own.
 * Keys are compared by digest in constant time, and all of them, so neither length nor position shows.
 */
export function access(host: string, keys: readonly string[]): Access {
  const digests = keys.map(digest)
  const hostAllowed = (name: string) => digests.length > 0 || isLoopback(name) || name === host.toLowerCase()
  const keyKnown = (key: string) => {
    const came = digest(key)
    let found = 0
    for (const known of digests) found |= timingSafeEqual(known, came) ? 1 : 0
    return found === 1
  }
  return {
    check(request, isPublic) {
      const named = hostName(request.headers.host)
      if (named === undefined || !hostAllowed(named)) {
        return forbidden(
          "header host",
          "a name of this machine, such as 127.0.0.1 or localhost",
          shown(request.headers.host),
          "Call the server by its own address.",
        )
      }
      const origin = request.headers.origin
      if (origin !== undefined && originHost(origin) !== request.headers.host?.toLowerCase()) {
        return forbidden(
          "header origin",
          "the server's own origin",
          shown(origin),
          "Call the API from a page it serves, or from a program.",
        )
      }
      if (digests.length === 0 || isPublic) return undefined
      const key = keyOf(request)
      if (key === undefined) return unauthorized("no key")
      return keyKnown(key) ? undefined : unauthorized("an unknown key")
    },
  }
}

const digest = (key: string) => createHash("sha256").update(key).digest()

function keyOf(request: IncomingMessage): string | undefined {
  const header = request.headers["x-api-key"]
  if (typeof header === "string") return header
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
}

/** The name in a Host header, without port and brackets. */
function hostName(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::\d+)?$/i
    .exec(header ?? "")?.[1]
    ?.toLowerCase()
    .replace(/^\[|\]$/g, "")
}

function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
}

const shown = (header: string | undefined) => (header === undefined ? "none" : JSON.stringify(header.slice(0, 80)))

const forbidden = (where: string, expected: string, came: string, remedy: string) =>
  refusal("unauthorized", { where, expected, came, remedy }, { status: 403 })

const unauthorized = (came: string) =>
  refusal(
    "unauthorized",
    {
      where: "header authorization",
      expected: "an API key as `authorization: Bearer KEY` or `x-api-key: KEY`",
      came,
      remedy: "Send one of the keys the server was started with.",
    },
    { headers: { "www-authenticate": "Bearer" } },
  )
