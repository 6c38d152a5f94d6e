import { type Static, Type } from "@sinclair/typebox"
import type { Value } from "../core/index.ts"
import type { ErrorBody, RankAnswer, RankRequest } from "../definition/index.ts"

export const closed = { additionalProperties: false }
export const id = (description: string) => Type.String({ minLength: 1, maxLength: 512, description })
const value = Type.Union([
  Type.Null(),
  Type.Boolean(),
  Type.Number(),
  Type.String({ maxLength: 4096 }),
  Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 1000 }),
  Type.Array(Type.Number(), { maxItems: 4096 }),
])
/** A value on its way out: written by JSON.stringify, because trying each member of the union costs more than the value. */
const anyValue = Type.Unsafe<Value>({ description: "string, number, true, false, null, or a list of strings or numbers" })
export const anything = Type.Unsafe<unknown>({ description: "any JSON" })
const numbers = Type.Record(Type.String(), Type.Number())
const names = Type.Record(Type.String(), Type.String())

/** Body of `POST /v1/{system}/rank`. */
export const rankRequest = Type.Object(
  {
    user: Type.Optional(id("who the page is for")),
    session: Type.Optional(id("an anonymous visit")),
    placement: Type.Optional(id("the place on the page, such as home")),
    item: Type.Optional(id("the item whose page is shown")),
    query: Type.Optional(Type.String({ maxLength: 2048 })),
    filters: Type.Optional(Type.Record(Type.String({ maxLength: 128 }), value, { maxProperties: 64 })),
    sort: Type.Optional(Type.String({ maxLength: 128, description: "`score` is the pure order of the ranker" })),
    facets: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 32 })),
    items: Type.Optional(Type.Array(id("an item"), { maxItems: 10_000, description: "rank these and nothing else" })),
    context: Type.Optional(Type.Record(Type.String({ maxLength: 128 }), value, { maxProperties: 64 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    cursor: Type.Optional(Type.String({ maxLength: 4096 })),
    explain: Type.Optional(Type.Boolean()),
    log: Type.Optional(Type.Boolean({ description: "false writes nothing: previews, load tests" })),
    after: Type.Optional(Type.String({ maxLength: 64, description: "a position from POST /v1/events: wait until it is folded" })),
    timeoutMs: Type.Optional(Type.Number({ minimum: 1, maximum: 60_000 })),
    release: Type.Optional(id("a release other than the live one")),
    stored: Type.Optional(Type.Boolean({ description: "answer from the page that was ranked ahead, if there is one" })),
  },
  closed,
)

const stage = Type.Object({ name: Type.String(), in: Type.Number(), out: Type.Number(), ms: Type.Number() })
const explainedItem = Type.Object({
  id: Type.String(),
  place: Type.Number(),
  sources: Type.Array(Type.String()),
  scores: numbers,
  features: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        value: Type.Unsafe<number | null>({ type: "number", nullable: true }),
        contribution: Type.Optional(Type.Number()),
      }),
    ),
  ),
})

/** Answer of `GET /v1/requests/{id}`. */
export const explanation = Type.Object({
  requestId: Type.String(),
  system: Type.String(),
  time: Type.Number(),
  release: Type.String(),
  variant: Type.String(),
  request: Type.Unsafe<RankRequest>({ type: "object", additionalProperties: true }),
  placement: Type.String(),
  shown: Type.Array(Type.String()),
  stages: Type.Array(stage),
  budget: Type.Array(Type.Object({ part: Type.String(), budgetMs: Type.Number(), spentMs: Type.Number() })),
  degraded: Type.Array(Type.String()),
  drops: Type.Array(
    Type.Object({ stage: Type.String(), rule: Type.String(), count: Type.Number(), ids: Type.Optional(Type.Array(Type.String())) }),
  ),
  notes: Type.Array(Type.Object({ stage: Type.String(), key: Type.String(), value: anything })),
  items: Type.Array(explainedItem),
  tookMs: Type.Number(),
})

/** Answer of `POST /v1/{system}/rank`. */
export const rankAnswer = Type.Object({
  requestId: Type.String(),
  release: Type.String(),
  variant: Type.String(),
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      collection: Type.Optional(Type.String()),
      score: Type.Number(),
      reasons: Type.Optional(Type.Array(Type.String())),
      highlights: Type.Optional(names),
      fields: Type.Optional(Type.Record(Type.String(), anyValue)),
    }),
  ),
  cursor: Type.Optional(Type.String()),
  facets: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Object({ value: Type.String(), count: Type.Number() })))),
  corrections: Type.Optional(Type.Array(Type.String())),
  degraded: Type.Array(Type.String()),
  stages: Type.Array(stage),
  position: Type.String(),
  tookMs: Type.Number(),
  stored: Type.Optional(
    Type.Object(
      { madeMs: Type.Number(), gone: Type.Integer() },
      { description: "the page was ranked ahead: when, and how many of its items are not on it any more" },
    ),
  ),
  explanation: Type.Optional(explanation),
})

/** The one error body. */
export const errorBody = Type.Object({
  error: Type.Object({
    code: Type.String({ description: "the kind of refusal, for programs" }),
    where: Type.String({ description: "the field, part or route it concerns" }),
    expected: Type.String(),
    came: Type.String(),
    remedy: Type.String({ description: "what to do" }),
  }),
})

/** Answer of `POST /v1/events`. */
export const eventsAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), error: errorBody.properties.error })),
  position: Type.String(),
})

/** What the documents say of `POST /v1/events`; each event is checked by the log's own validation, which rejects one by one. */
export const eventsRequest = Type.Unsafe<unknown>({
  description:
    "One event or an array of them: item, user, impression, interaction, judgement, alias or delete, each with id, timestamp and event.",
  anyOf: [
    { type: "object", required: ["id", "timestamp", "event"], additionalProperties: true },
    { type: "array", items: { type: "object", required: ["id", "timestamp", "event"], additionalProperties: true } },
  ],
  examples: [{ id: "e-1", timestamp: "2026-01-31T12:00:00Z", event: "interaction", user: "u1", item: "i1", type: "click" }],
})

export const health = Type.Object({
  status: Type.String(),
  version: Type.String(),
  events: Type.Integer(),
  releases: Type.Integer(),
})
export const readiness = Type.Object({ ready: Type.Boolean(), missing: Type.Array(Type.String()) })

export const releaseSummary = Type.Object({
  id: Type.String(),
  system: Type.String(),
  createdMs: Type.Number(),
  live: Type.Boolean(),
  metrics: numbers,
  gates: Type.Array(Type.Object({ name: Type.String(), passed: Type.Boolean(), detail: Type.String() })),
})
export const releaseList = Type.Object({ releases: Type.Array(releaseSummary) })
export const systemList = Type.Object({
  systems: Type.Array(
    Type.Object({ name: Type.String(), kind: Type.String(), placements: Type.Array(Type.String()), operations: Type.Array(Type.String()) }),
  ),
})
export const systemGraph = Type.Object({
  system: Type.String(),
  nodes: Type.Array(
    Type.Object({
      name: Type.String(),
      role: Type.String({ description: "step, retriever, merge, stage or fallback" }),
      limit: Type.Unsafe<number | null>({ type: "integer", nullable: true, description: "most candidates that leave it" }),
      after: Type.Array(Type.String(), { description: "boxes whose output it reads" }),
      part: Type.String({ description: "the stage of the problem statement whose budget it spends" }),
    }),
  ),
})
export const userList = Type.Object({
  simulated: Type.Boolean(),
  users: Type.Array(Type.Object({ id: Type.String(), note: Type.Optional(Type.String()) })),
})
export const userHistory = Type.Object({
  id: Type.String(),
  history: Type.Array(
    Type.Object({
      id: Type.String(),
      time: Type.Number(),
      title: Type.Optional(Type.String()),
      fields: Type.Record(Type.String(), anyValue),
    }),
  ),
})

export const systemParameters = Type.Object({ system: id("a system's name") })
export const operationParameters = Type.Object({ system: id("a system's name"), operation: id("an operation the system declares") })
export const idParameters = Type.Object({ id: id("people's own id, percent-encoded") })
/** Query strings carry text, so numbers are checked as text and converted by the route. */
export const count = Type.String({ pattern: "^[1-9][0-9]{0,3}$", description: "1 to 9999" })
export const eventsQuery = Type.Object(
  {
    strict: Type.Optional(
      Type.Union([Type.Literal("true"), Type.Literal("false")], { description: "refuse events about unknown items or requests" }),
    ),
  },
  closed,
)
export const systemQuery = Type.Object({ system: id("a system's name") }, closed)
export const systemCountQuery = Type.Object({ system: id("a system's name"), limit: Type.Optional(count) }, closed)
export const promoteRequest = Type.Object({ system: id("a system's name"), release: id("the release to serve") }, closed)
export const rollbackRequest = Type.Object({ system: id("a system's name") }, closed)

/** Compile-time proof that what passes the schema is what `definition` promises, and the other way round for answers. */
type Same<A, B extends A> = B
export type RankRequestFromSchema = Same<RankRequest, Static<typeof rankRequest>>
export type RankAnswerFromSchema = Same<{ readonly items: readonly { readonly id: string }[] }, RankAnswer>
export type ErrorBodyFromSchema = Same<Static<typeof errorBody>, ErrorBody>
