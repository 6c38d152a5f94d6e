import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { releaseSummary, rollbackRequest } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `POST /v1/admin/rollback`: back to the release before, which is still warm. */
export function adminRollbackRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "Go back to the release before",
    body: rollbackRequest,
    response: answers(releaseSummary, "The release that is live now."),
  }
  app.post<{ Body: { system: string } }>("/v1/admin/rollback", { schema }, (request) => handlers.rollback(request.body.system))
}
