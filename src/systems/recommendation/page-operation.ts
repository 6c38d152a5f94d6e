import { InvalidArgument, unknownName } from "../../core/index.ts"
import type { JsonSchema, Operation, PageAnswer, PageRequest, PageRow } from "../../definition/index.ts"
import { PAGE_ROWS, type PageRows } from "./page-rows.ts"
import { HOME_ROWS, ITEM_ROWS, MOST_ROW_ITEMS, MOST_ROWS } from "./row-options.ts"

const KINDS = [...new Set<string>([...HOME_ROWS, ...ITEM_ROWS])]

const id = (description: string) => ({ type: "string", minLength: 1, maxLength: 512, description })
const anyObject = (description: string) => ({ type: "object", maxProperties: 64, additionalProperties: true, description })

const fields = {
  user: id("who the page is for"),
  session: id("an anonymous visit"),
  item: id("the item whose page is shown; without one it is the home page"),
  context: anyObject("what is known of the moment: place, device, household, what a newcomer picked"),
  filters: anyObject("fields every item must have"),
  rows: {
    description: `rows at most, or the kinds to show: ${KINDS.join(", ")}`,
    anyOf: [
      { type: "integer", minimum: 1, maximum: MOST_ROWS },
      { type: "array", maxItems: MOST_ROWS, items: { type: "string", maxLength: 64 } },
    ],
  },
  limit: { type: "integer", minimum: 1, maximum: MOST_ROW_ITEMS, description: "items in a row, at most" },
  after: { type: "string", maxLength: 64, description: "a position from POST /v1/events: wait until it is folded" },
  log: { type: "boolean", description: "false writes nothing: previews, load tests" },
  explain: { type: "boolean", description: "keeps the full trace of every row" },
  release: id("a release other than the live one"),
  timeoutMs: { type: "number", minimum: 1, maximum: 60_000 },
} as const

/** `POST /v1/{system}/page`: a home page, or an item's page, in rows. Each row is logged as a list of its own under its placement. */
export const pageOperation: Operation = {
  summary: "A page in rows",
  description:
    "Rows with titles and reasons for somebody's home page or, with `item`, for an item's page. No item is in two rows; what was seen or blocked is in none. Send each row's own requestId and placement with impressions and interactions.",
  body: body(),
  answer: answer(),
  async run(given, { rankLists }): Promise<PageAnswer> {
    const request = checked(given)
    let words: ReturnType<PageRows>["words"] = new Map()
    const { lists, ...shared } = await rankLists(request, (served, now) => {
      const prepared = served.part<PageRows>(PAGE_ROWS)(request, now)
      words = prepared.words
      return prepared
    })
    const rows = lists.map(({ name, answer: { requestId, items } }): PageRow => ({ ...words.get(name)!, requestId, items }))
    const { requestId, release, degraded, stages, position, tookMs } = shared
    return { requestId, release, rows, degraded, stages, position, tookMs }
  },
}

/** What callers in code get wrong is told as the server tells it. @throws {@link InvalidArgument} or {@link NotFound} naming the field */
function checked(given: unknown): PageRequest {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InvalidArgument("body", "an object", JSON.stringify(given)?.slice(0, 80) ?? "nothing", "Send {} for a page for nobody known.")
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name))
      throw new InvalidArgument(
        `body.${name}`,
        `one of the fields ${Object.keys(fields).join(", ")}`,
        "an unknown field",
        "Check the spelling, or leave it out.",
      )
  }
  const request = given as PageRequest
  for (const name of ["user", "session", "item", "after", "release"] as const) {
    const value = request[name]
    if (value !== undefined && typeof value !== "string")
      throw new InvalidArgument(`body.${name}`, "a string", JSON.stringify(value), "GET /docs shows every field.")
  }
  const { rows, limit } = request
  if (limit !== undefined) whole("body.limit", limit, MOST_ROW_ITEMS)
  if (Array.isArray(rows)) {
    for (const kind of rows) if (!KINDS.includes(kind)) throw unknownName("body.rows", "kind of row", String(kind), KINDS)
  } else if (rows !== undefined) whole("body.rows", rows as number, MOST_ROWS)
  return request
}

function whole(where: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new InvalidArgument(where, `a whole number from 1 to ${most}`, JSON.stringify(value), "Leave it out for the default.")
}

function body(): JsonSchema {
  return { type: "object", additionalProperties: false, properties: fields, examples: [{ user: "u1" }] }
}

function answer(): JsonSchema {
  const text = { type: "string" }
  const stage = { type: "object", properties: { name: text, in: { type: "number" }, out: { type: "number" }, ms: { type: "number" } } }
  const item = {
    type: "object",
    required: ["id", "score"],
    properties: {
      id: text,
      collection: text,
      score: { type: "number" },
      reasons: { type: "array", items: text },
      fields: { type: "object", additionalProperties: true },
    },
  }
  const row = {
    type: "object",
    required: ["id", "kind", "placement", "title", "requestId", "items"],
    properties: {
      id: { ...text, description: "told apart by this within the page" },
      kind: text,
      placement: { ...text, description: "where it is logged" },
      title: text,
      reason: text,
      requestId: { ...text, description: "the row's own: send it with impressions and interactions" },
      items: { type: "array", items: item },
    },
  }
  return {
    type: "object",
    required: ["requestId", "release", "rows", "degraded", "stages", "position", "tookMs"],
    properties: {
      requestId: text,
      release: text,
      rows: { type: "array", items: row },
      degraded: { type: "array", items: text },
      stages: { type: "array", items: stage },
      position: text,
      tookMs: { type: "number" },
    },
  }
}
