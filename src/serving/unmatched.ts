import type { FastifyInstance } from "fastify"
import { RESERVED_SYSTEM_NAMES } from "../core/index.ts"
import { type Refusal, refusal, refusalOf } from "./refusals.ts"
import { unknownRoute } from "./reserved.ts"

interface Pattern {
  readonly test: RegExp
  readonly method: string
}

/** Watches the routes as they are added; the result tells a wrong method (405, with what is allowed) from an unknown path (404). */
export function unmatched(app: FastifyInstance): (method: string, url: string) => Refusal {
  const patterns: Pattern[] = []
  app.addHook("onRoute", ({ method, url }) => {
    const reserved = `(?!(${RESERVED_SYSTEM_NAMES.join("|")})/)`
    const source = url.replaceAll(".", "\\.").replace("*", ".*").replace(":system", `${reserved}[^/]+`).replaceAll(/:\w+/g, "[^/]+")
    for (const one of [method].flat()) patterns.push({ test: new RegExp(`^${source}$`), method: one })
  })
  return (method, url) => {
    const path = url.replace(/[?#].*$/s, "")
    const allowed = [...new Set(patterns.filter(({ test }) => test.test(path)).map((pattern) => pattern.method))].sort()
    if (allowed.length === 0) return refusalOf(unknownRoute(url), "path")
    const parts = { where: "method", expected: allowed.join(" or "), came: method, remedy: "GET /docs lists the routes." }
    return refusal("invalid_argument", parts, { status: 405, headers: { allow: allowed.join(", ") } })
  }
}
