import type { FastifyInstance } from "fastify"
import { requestList, requestsQuery } from "../admin-schemas.ts"
import type { ServingContext } from "../context.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/requests?system=&placement=&limit=`: the newest requests whose traces are kept; 50 unless told. */
export function adminRequestsRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "The newest requests, of one placement or all",
    querystring: requestsQuery,
    response: answers(requestList, "Newest first, each with what was shown; GET /v1/requests/{id} explains one."),
  }
  app.get<{ Querystring: { system: string; placement?: string; limit?: string } }>("/v1/admin/requests", { schema }, async ({ query }) => ({
    requests: await handlers.requests({ ...query, limit: Number(query.limit ?? 50) }),
  }))
}
