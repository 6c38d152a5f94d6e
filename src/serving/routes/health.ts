import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { health } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /health`: the process is alive; events and releases are counts. */
export function healthRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = { tags: ["server"], summary: "Is the process alive?", response: answers(health, "It is.") }
  app.get("/health", { schema, config: { isPublic: true } }, async () => handlers.health())
}
