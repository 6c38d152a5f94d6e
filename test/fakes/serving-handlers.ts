import { InvalidArgument, unknownName } from "../../src/core/index.ts"
import type { Explanation, RankAnswer, ReleaseSummary, ServingHandlers } from "../../src/definition/index.ts"
import { fakeDataPage } from "./data-page.ts"

/** Handlers for tests: small fixed answers; any of them can be replaced. */
export function fakeHandlers(replaced: Partial<ServingHandlers> = {}): ServingHandlers {
  const release: ReleaseSummary = { id: "r1", system: "films", createdMs: 1, live: true, metrics: { "ndcg@20": 0.5 }, gates: [] }
  const known = (system: string) => {
    if (system !== "films") throw unknownName("system", "system", system, ["films"])
  }
  return {
    async rank(system, request) {
      known(system)
      return fakeAnswer(request.limit ?? 2)
    },
    async observe(events) {
      const rejected = events.flatMap((event, index) =>
        typeof event === "object" && event !== null && "id" in event
          ? []
          : [
              {
                index,
                error: {
                  code: "invalid_argument" as const,
                  where: "event.id",
                  expected: "a string",
                  came: "nothing",
                  remedy: "Give it an id.",
                },
              },
            ],
      )
      return { accepted: events.length - rejected.length, duplicates: 0, rejected, position: "7" }
    },
    async operation(system, operation) {
      known(system)
      throw unknownName("operation", "operation", operation, ["complete"])
    },
    operations: () => [],
    async explain(requestId) {
      if (requestId !== "q1") throw unknownName("request", "request", requestId, [])
      return fakeExplanation
    },
    async requests({ system, placement, limit }) {
      known(system)
      const { requestId, time, release, variant, shown, degraded, tookMs } = fakeExplanation
      const rows = ["home", "item"].map((of) => ({
        requestId,
        system,
        time,
        placement: of,
        user: "u1",
        release,
        variant,
        shown,
        degraded,
        tookMs,
      }))
      return rows.filter((row) => placement === undefined || row.placement === placement).slice(0, limit)
    },
    health: () => ({ status: "ok", version: "1.2.3", events: 5, releases: 1 }),
    ready: () => ({ ready: true, missing: [] }),
    measurements: () => [{ name: "trommel_events_total", help: "Events in the log.", kind: "counter", value: 5 }],
    systems: () => [{ name: "films", kind: "recommendation", placements: ["home"], operations: ["complete"] }],
    async graph(system) {
      known(system)
      return [{ name: "ease", role: "retriever", limit: 100, after: [], part: "retrieve" }]
    },
    users: async (_system, limit) => ({ simulated: true, users: [{ id: "u1", note: `of ${limit}` }] }),
    user: async (_system, id) => ({ id, history: [{ id: "i1", time: 1, title: "A film", fields: { year: 1999 } }] }),
    async data(system) {
      known(system)
      return fakeDataPage
    },
    async releases(system) {
      known(system)
      return [release]
    },
    async promote(system, id) {
      known(system)
      if (id === "r0") throw new InvalidArgument("release", "one that passed its gates", '"r0"', "Train again.")
      return { ...release, id }
    },
    rollback: async () => release,
    ...replaced,
  }
}

/** An answer of `n` items. */
export function fakeAnswer(n: number): RankAnswer {
  return {
    requestId: "q1",
    release: "r1",
    variant: "live",
    items: Array.from({ length: n }, (_, i) => ({
      id: `i${i}`,
      score: 1 - i / 100,
      reasons: ["because"],
      fields: { title: "A film", genres: ["a", "b"] },
    })),
    degraded: [],
    stages: [{ name: "ease", in: 100, out: 20, ms: 0.4 }],
    position: "7",
    tookMs: 1.5,
  }
}

const fakeExplanation: Explanation = {
  requestId: "q1",
  system: "films",
  time: 1,
  release: "r1",
  variant: "live",
  request: { user: "u1", limit: 2 },
  placement: "home",
  shown: ["i0", "i1"],
  stages: [{ name: "ease", in: 100, out: 20, ms: 0.4 }],
  budget: [{ part: "retrieve", budgetMs: 30, spentMs: 0.4 }],
  degraded: [],
  drops: [{ stage: "filters", rule: "seen", count: 3, ids: ["a"] }],
  notes: [{ stage: "ease", key: "history", value: 12 }],
  items: [{ id: "i0", place: 0, sources: ["ease"], scores: { ease: 1 }, features: [{ name: "age", value: null, contribution: 0.1 }] }],
  tookMs: 1.5,
}
