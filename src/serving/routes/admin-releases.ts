import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { releaseList, systemQuery } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/releases?system=`: newest first. */
export function adminReleasesRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "The releases of a system",
    querystring: systemQuery,
    response: answers(releaseList, "Its releases with metrics and gates."),
  }
  app.get<{ Querystring: { system: string } }>("/v1/admin/releases", { schema }, async (request) => ({
    releases: await handlers.releases(request.query.system),
  }))
}
