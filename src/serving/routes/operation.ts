import type { FastifyInstance } from "fastify"
import { boundedWork } from "../bounded-work.ts"
import type { ServingContext } from "../context.ts"
import { refuseReserved } from "../reserved.ts"
import { operationParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `POST /v1/{system}/{operation}`: what a definition declares beside `rank`; the definition checks body and answer. */
export function operationRoute(app: FastifyInstance, context: ServingContext): void {
  const { handlers, limits } = context
  const schema = {
    tags: ["ranking"],
    summary: "An operation the system declares",
    description: "complete (search), annotate (entity linking), predict (segmentation), score (fraud): GET /v1/admin/systems lists them.",
    params: operationParameters,
    body: { description: "what the operation takes" },
    response: answers({ additionalProperties: true } as never, "What the operation answers."),
  }
  app.post<{ Params: { system: string; operation: string }; Body: unknown }>("/v1/:system/:operation", { schema }, (request, reply) => {
    const { system, operation } = request.params
    refuseReserved(system, request.url)
    return boundedWork(context, reply, limits.timeoutMs, (signal) => handlers.operation(system, operation, request.body, signal))
  })
}
