import type { FastifyInstance } from "fastify"
import { boundedWork } from "../bounded-work.ts"
import type { ServingContext } from "../context.ts"
import { refuseReserved } from "../reserved.ts"
import { operationParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `POST /v1/{system}/{operation}`: what definitions declare beside `rank`, each with its own schemas; then any other name, to be refused. */
export function operationRoute(app: FastifyInstance, context: ServingContext): void {
  const { handlers, limits } = context
  for (const { system, name, summary, description, body, answer } of handlers.operations()) {
    const schema = {
      tags: ["ranking"],
      summary,
      ...(description === undefined ? {} : { description }),
      body,
      response: answers(answer as never, "What the operation answers."),
    }
    app.post<{ Body: { timeoutMs?: number } }>(`/v1/${system}/${name}`, { schema }, ({ body }, reply) =>
      boundedWork(context, reply, body.timeoutMs ?? limits.timeoutMs, (signal, leftMs) =>
        handlers.operation(system, name, body.timeoutMs === undefined ? body : { ...body, timeoutMs: leftMs }, signal),
      ),
    )
  }
  const schema = {
    tags: ["ranking"],
    summary: "An operation the system declares",
    description: "Page (recommendation), complete (search), annotate (entity linking) ...: GET /v1/admin/systems lists them.",
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
