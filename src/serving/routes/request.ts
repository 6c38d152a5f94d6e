import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { explanation, idParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/requests/{id}`: why one request was answered as it was. */
export function requestRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["ranking"],
    summary: "Explain one answer",
    params: idParameters,
    response: answers(explanation, "Every candidate's way: counts, drops by rule, features, milliseconds."),
  }
  app.get<{ Params: { id: string } }>("/v1/requests/:id", { schema }, (request) => handlers.explain(request.params.id))
}
