import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { readiness } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /ready`: 200 when every system can rank, 503 with what is missing. */
export function readyRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["server"],
    summary: "Can it rank?",
    response: { ...answers(readiness, "It can."), 503: { ...readiness, description: "Not yet: what is missing." } },
  }
  app.get("/ready", { schema, config: { isPublic: true } }, async (_request, reply) => {
    const state = handlers.ready()
    if (!state.ready) reply.code(503).header("retry-after", "1")
    return state
  })
}
