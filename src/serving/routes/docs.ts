import type { FastifyInstance } from "fastify"
import { docsPage, type OpenApi } from "../docs-page.ts"
import { textAnswer } from "./answers.ts"

/** `GET /docs`: the OpenAPI document as a page that needs no network. */
export function docsRoute(app: FastifyInstance): void {
  const schema = { tags: ["server"], summary: "This API as a page", response: textAnswer("text/html", "A self-contained page.") }
  let html: string | undefined
  app.get("/docs", { schema, config: { isPublic: true } }, async (_request, reply) => {
    html ??= docsPage(app.swagger() as unknown as OpenApi)
    reply.type("text/html; charset=utf-8").header("content-security-policy", pagePolicy)
    return html
  })
}

/** Pages run what they carry and talk to this server alone. */
export const pagePolicy =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
