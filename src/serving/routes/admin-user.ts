import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { idParameters, systemCountQuery, userHistory } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/users/{id}?system=&limit=`: what one person did last, newest first; 50 unless told. */
export function adminUserRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "What one person did last",
    params: idParameters,
    querystring: systemCountQuery,
    response: answers(userHistory, "Newest first; empty for somebody unknown."),
  }
  app.get<{ Params: { id: string }; Querystring: { system: string; limit?: string } }>("/v1/admin/users/:id", { schema }, (request) =>
    handlers.user(request.query.system, request.params.id, Number(request.query.limit ?? 50)),
  )
}
