import { Type } from "@sinclair/typebox"
import { anything, closed, count, id } from "./schemas.ts"

/** Answer of `GET /v1/admin/data/{system}`; its parts are described by the types of the package. */
export const dataPageAnswer = Type.Object({
  card: anything,
  rates: Type.Optional(anything),
  drift: Type.Optional(anything),
  placements: Type.Optional(Type.Array(anything)),
  leaks: Type.Optional(Type.Array(anything)),
  violations: Type.Optional(Type.Array(anything)),
  advice: Type.Array(anything),
})

/** Answer of `GET /v1/admin/requests`. */
export const requestList = Type.Object({
  requests: Type.Array(
    Type.Object({
      requestId: Type.String(),
      system: Type.String(),
      time: Type.Number(),
      placement: Type.String(),
      user: Type.Optional(Type.String()),
      session: Type.Optional(Type.String()),
      item: Type.Optional(Type.String()),
      release: Type.String(),
      variant: Type.String(),
      shown: Type.Array(Type.String()),
      degraded: Type.Array(Type.String()),
      tookMs: Type.Number(),
    }),
  ),
})

export const requestsQuery = Type.Object(
  { system: id("a system's name"), placement: Type.Optional(id("only lists of this place")), limit: Type.Optional(count) },
  closed,
)
