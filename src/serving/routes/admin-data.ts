import type { FastifyInstance } from "fastify"
import { dataPageAnswer } from "../admin-schemas.ts"
import type { ServingContext } from "../context.ts"
import { systemParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `GET /v1/admin/data/{system}`: what its data looks like, drift between the halves of its time, schema violations, advice. */
export function adminDataRoute(app: FastifyInstance, { handlers }: ServingContext): void {
  const schema = {
    tags: ["admin"],
    summary: "What a system's data looks like",
    params: systemParameters,
    response: answers(dataPageAnswer, "Card, rates over time, drift, violations of the frozen schema, advice; at most ten seconds old."),
  }
  app.get<{ Params: { system: string } }>("/v1/admin/data/:system", { schema }, ({ params }) => handlers.data(params.system))
}
