import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { promoteRequest, releaseSummary } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `POST /v1/admin/promote`: serve this release from the next request on. */
export function adminPromoteRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "Serve a release",
    body: promoteRequest,
    response: answers(releaseSummary, "The release that is live now."),
  }
  app.post<{ Body: { system: string; release: string } }>("/v1/admin/promote", { schema }, (request) =>
    handlers.promote(request.body.system, request.body.release),
  )
}
