import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { systemCountQuery, userList } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/users?system=&limit=`: people for a picker, most active first; 50 unless told. */
export function adminUsersRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "People worth looking at",
    querystring: systemCountQuery,
    response: answers(userList, "Most active first; `simulated` when they are made up."),
  }
  app.get<{ Querystring: { system: string; limit?: string } }>("/v1/admin/users", { schema }, (request) =>
    handlers.users(request.query.system, Number(request.query.limit ?? 50)),
  )
}
