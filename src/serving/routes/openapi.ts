import type { FastifyInstance } from "fastify"
import { textAnswer } from "./answers.ts"

/** `GET /openapi.json`: the OpenAPI document, written once from the routes' own schemas. */
export function openapiRoute(app: FastifyInstance): void {
  const schema = { tags: ["server"], summary: "This API as an OpenAPI document", response: textAnswer("application/json", "OpenAPI 3.1.") }
  let text: string | undefined
  app.get("/openapi.json", { schema, config: { isPublic: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    reply.type("application/json; charset=utf-8").serializer((payload: unknown) => payload as string)
    return text
  })
}
