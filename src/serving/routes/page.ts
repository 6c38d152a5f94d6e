import type { FastifyInstance, FastifyReply } from "fastify"
import { NotFound } from "../../core/index.ts"
import type { ServingContext } from "../context.ts"
import { textAnswer } from "./answers.ts"
import { pagePolicy } from "./docs.ts"

/** `GET /` and the files below `/assets/`; a server without a page sends people to the docs. */
export function pageRoute(app: FastifyInstance, { page }: ServingContext): void {
  const send = (path: string, reply: FastifyReply) => {
    const file = page?.(path)
    if (file === undefined) throw new NotFound(path.slice(0, 80), "a file of the page", "a path that names none", "Open / instead.")
    return reply.type(file.type).header("content-security-policy", pagePolicy).header("cache-control", "no-cache").send(file.body)
  }
  const schema = { tags: ["server"], summary: "The page", response: textAnswer("text/html", "The page of this server.") }
  app.get("/", { schema, config: { isPublic: true } }, async (_request, reply) =>
    page === undefined ? reply.redirect("/docs") : send("/", reply),
  )
  app.get("/assets/*", { schema: { ...schema, hide: true }, config: { isPublic: true } }, async (request, reply) =>
    send(request.url.replace(/[?#].*$/s, ""), reply),
  )
}
