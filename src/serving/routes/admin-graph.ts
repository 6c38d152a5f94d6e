import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { systemGraph, systemParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/systems/{system}/graph`: the live funnel, box by box. */
export function adminGraphRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "The funnel of the live release as it runs",
    params: systemParameters,
    response: answers(systemGraph, "Query steps, retrievers, merge and stages, each with the boxes it reads."),
  }
  app.get<{ Params: { system: string } }>("/v1/admin/systems/:system/graph", { schema }, async ({ params }) => ({
    system: params.system,
    nodes: await handlers.graph(params.system),
  }))
}
