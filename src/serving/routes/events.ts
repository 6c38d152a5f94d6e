import type { FastifyInstance, FastifyRequest } from "fastify"
import { InvalidArgument } from "../../core/index.ts"
import type { ServingContext } from "../context.ts"
import { refusal, statusOf } from "../refusals.ts"
import { eventsAnswer, eventsQuery, eventsRequest } from "../schemas.ts"
import { parseSliced } from "../sliced-json.ts"
import { answers } from "./answers.ts"

/** `POST /v1/events`: one event or an array; answered once the accepted ones are durable. A single refused event is a refusal of the request. */
export function eventsRoute(app: FastifyInstance, context: ServingContext): void {
  // A scope of its own, because only here a body may be so long that parsing it at once would hold up everybody else.
  app.register(async (scope) => {
    parseInSlices(scope)
    addRoute(scope, context)
  })
}

function addRoute(app: FastifyInstance, { handlers, limits, counts }: ServingContext): void {
  const schema = {
    tags: ["events"],
    summary: "Tell what happened",
    description:
      "Answers once the accepted events are durable. A batch keeps what is right and says which were rejected and why; sending an id again is safe.",
    querystring: eventsQuery,
    body: eventsRequest,
    response: answers(eventsAnswer, "What was accepted, known already, and rejected."),
  }
  app.post<{ Querystring: { strict?: "true" | "false" }; Body: unknown }>(
    "/v1/events",
    {
      schema,
      bodyLimit: limits.eventsBodyBytes,
      // Each event is checked by the log itself, one by one; here only the query is.
      validatorCompiler: ({ httpPart }) => (httpPart === "querystring" ? checkQuery : () => true),
      onRequest(request, reply, done) {
        const bytes = Number(request.headers["content-length"] ?? limits.eventsBodyBytes)
        if (counts.eventBytes + bytes > limits.eventsInFlightBytes && counts.eventBytes > 0) {
          counts.eventBatchesRejected++
          const { status, body, headers = {} } = tooMuch(limits.eventsInFlightBytes)
          reply.code(status).headers(headers).send(body)
          return
        }
        counts.eventBytes += bytes
        reply.raw.once("close", () => {
          counts.eventBytes -= bytes
        })
        done()
      },
    },
    async (request, reply) => {
      const { body } = request
      const one = !Array.isArray(body)
      if (one && (typeof body !== "object" || body === null)) {
        const came = body === null ? "null" : typeof body
        const parts = { where: "body", expected: "an event or an array of events", came, remedy: "GET /docs shows an event." }
        const { status, body: refused } = refusal("invalid_argument", parts)
        return reply.code(status).send(refused)
      }
      const answer = await handlers.observe(one ? [body] : (body as unknown[]), { strict: request.query.strict === "true" })
      const refused = answer.rejected[0]
      if (one && refused !== undefined) return reply.code(statusOf[refused.error.code]).send({ error: refused.error })
      return answer
    },
  )
}

function parseInSlices(app: FastifyInstance): void {
  const whole = app.getDefaultJsonParser("error", "error")
  app.removeContentTypeParser("application/json")
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request: FastifyRequest, body: Buffer) => {
    const parse = (text: string): unknown => {
      let parsed: unknown
      whole(request, text, (error, value) => {
        if (error) throw error
        parsed = value
      })
      return parsed
    }
    return parseSliced(body, parse)
  })
}

function checkQuery(query: Record<string, unknown>): true | { error: Error } {
  for (const [name, value] of Object.entries(query)) {
    if (name !== "strict")
      return { error: new InvalidArgument(`query.${name}`, "the field strict or none", "an unknown field", "Leave it out.") }
    if (value !== "true" && value !== "false") {
      return { error: new InvalidArgument("query.strict", "true or false", JSON.stringify(value), "Leave it out for false.") }
    }
  }
  return true
}

const tooMuch = (bytes: number) =>
  refusal("overloaded", {
    where: "events",
    expected: `at most ${bytes} bytes of batches at once`,
    came: "more",
    remedy: "Send the batch again after the time in Retry-After; ids make it safe.",
  })
