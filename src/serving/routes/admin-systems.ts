import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { systemList } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/systems`: what is served here. */
export function adminSystemsRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = { tags: ["admin"], summary: "The systems and their operations", response: answers(systemList, "Every system.") }
  app.get("/v1/admin/systems", { schema }, async () => ({ systems: handlers.systems() }))
}
