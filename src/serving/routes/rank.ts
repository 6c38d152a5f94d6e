import type { FastifyInstance } from "fastify"
import type { RankRequest } from "../../definition/index.ts"
import { boundedWork } from "../bounded-work.ts"
import type { ServingContext } from "../context.ts"
import { rankText } from "../rank-text.ts"
import { refuseReserved } from "../reserved.ts"
import { rankAnswer, rankRequest, systemParameters } from "../schemas.ts"
import { answers } from "./answers.ts"

/** `POST /v1/{system}/rank`: one ranked page. */
export function rankRoute(app: FastifyInstance, context: ServingContext): void {
  const { handlers, limits } = context
  const schema = {
    tags: ["ranking"],
    summary: "Rank a page",
    params: systemParameters,
    body: rankRequest,
    response: answers(rankAnswer, "The page, best first, with what each stage of the funnel did."),
  }
  app.post<{ Params: { system: string }; Body: RankRequest }>("/v1/:system/rank", { schema }, async (request, reply) => {
    const { params, body } = request
    refuseReserved(params.system, request.url)
    const answer = await boundedWork(context, reply, body.timeoutMs ?? limits.timeoutMs, (signal, leftMs) =>
      handlers.rank(params.system, body.timeoutMs === undefined ? body : { ...body, timeoutMs: leftMs }, signal),
    )
    const text = rankText(answer)
    return text === undefined ? answer : reply.type("application/json; charset=utf-8").send(text)
  })
}
