import type { FastifyInstance } from "fastify"
import type { ServingContext } from "../context.ts"
import { prometheusText } from "../prometheus.ts"
import { serverMeasurements } from "../server-measurements.ts"
import { textAnswer } from "./answers.ts"

/** `GET /metrics`: the server's own measurements and the engine's, as Prometheus text. */
export function metricsRoute(app: FastifyInstance, context: ServingContext): void {
  const schema = {
    tags: ["server"],
    summary: "Measurements in the Prometheus text format",
    response: textAnswer("text/plain", "Counters, gauges and histograms."),
  }
  app.get("/metrics", { schema }, async (_request, reply) => {
    reply.type("text/plain; version=0.0.4; charset=utf-8")
    return prometheusText([...serverMeasurements(context), ...context.handlers.measurements()])
  })
}
