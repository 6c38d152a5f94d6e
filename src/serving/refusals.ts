import { type ErrorCode, TrommelError } from "../core/index.ts"
import type { ErrorBody } from "../definition/index.ts"

/** A refusal ready to be sent: the status line, the one error body, and headers that belong to it. */
export interface Refusal {
  readonly status: number
  readonly body: ErrorBody
  readonly headers?: Readonly<Record<string, string>>
}

/** HTTP status of every error code. 499 is the client that left before its answer; nobody reads it. */
export const statusOf: Readonly<Record<ErrorCode | "internal", number>> = {
  invalid_argument: 400,
  unauthorized: 401,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  cancelled: 499,
  internal: 500,
  corrupt: 500,
  overloaded: 503,
  unavailable: 503,
  deadline_exceeded: 504,
}

/** Builds a refusal from its parts; the status is the code's own unless stated. */
export function refusal(
  code: ErrorCode | "internal",
  parts: { readonly where: string; readonly expected: string; readonly came: string; readonly remedy: string },
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Refusal {
  const { where, expected, came, remedy } = parts
  const headers = { ...(code === "overloaded" || code === "unavailable" ? { "retry-after": "1" } : {}), ...options.headers }
  return { status: options.status ?? statusOf[code], body: { error: { code, where, expected, came, remedy } }, headers }
}

/** What the framework attaches to its own errors. */
interface FrameworkError {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: readonly SchemaViolation[]
  readonly validationContext?: string
}

/** One violation as the schema validator reports it, with the value and the schema it broke. */
export interface SchemaViolation {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly data?: unknown
  readonly parentSchema?: { readonly properties?: object; readonly required?: readonly string[]; readonly description?: string }
}

/** Whatever was thrown, as a refusal. Faults that are not ours to explain become a bare 500: no stack, path or secret leaves. */
export function refusalOf(error: unknown, route: string, bodyLimit = 0): Refusal {
  if (error instanceof TrommelError) return refusal(error.code, error)
  const { code = "", statusCode = 500, validation, validationContext = "body" } = (error ?? {}) as FrameworkError
  if (validation !== undefined && validation.length > 0) return violation(validation, validationContext)
  const known = fromFramework[code]
  if (known !== undefined) return known(bodyLimit)
  if (error instanceof SyntaxError && statusCode === 400) return malformedJson()
  if (statusCode >= 400 && statusCode < 500) {
    return refusal(
      statusCode === 413 ? "too_large" : "invalid_argument",
      {
        where: route,
        expected: "a well-formed HTTP request",
        came: "one that could not be read",
        remedy: "Check the request line, headers and body.",
      },
      { status: statusCode },
    )
  }
  return refusal("internal", {
    where: route,
    expected: "an answer",
    came: "a fault of the server",
    remedy: "Try again; the server's own output names the cause.",
  })
}

/** The refusal of a body that is not JSON, or that tries to reach the prototype of an object. */
export function malformedJson(): Refusal {
  return refusal("invalid_argument", {
    where: "body",
    expected: "well-formed JSON without the keys __proto__ and constructor.prototype",
    came: "text that is not",
    remedy: "Send what JSON.stringify writes.",
  })
}

const fromFramework: Readonly<Record<string, (bodyLimit: number) => Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => wrongContentType("another one"),
  FST_ERR_CTP_BODY_TOO_LARGE: (bodyLimit) =>
    refusal("too_large", {
      where: "body",
      expected: `at most ${bodyLimit} bytes`,
      came: "more",
      remedy: "Send it in smaller batches.",
    }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    refusal("invalid_argument", {
      where: "body",
      expected: "a JSON value",
      came: "nothing",
      remedy: "Send {} when there is nothing to say.",
    }),
  FST_ERR_CTP_INVALID_JSON_BODY: malformedJson,
  FST_ERR_BAD_URL: () =>
    refusal("invalid_argument", {
      where: "path",
      expected: "a valid percent-encoded path",
      came: "one that cannot be decoded",
      remedy: "Encode ids with encodeURIComponent.",
    }),
}

/** The refusal of a write that is not `application/json`. */
export function wrongContentType(came: string): Refusal {
  return refusal(
    "invalid_argument",
    { where: "header content-type", expected: "application/json", came, remedy: 'Send the header "content-type: application/json".' },
    { status: 415 },
  )
}

/** A schema violation in words: the field's path, what it should be, what came. */
function violation(all: readonly SchemaViolation[], context: string): Refusal {
  // A union reports each member's failure and itself last; the last one is the whole story.
  const found = all.find(({ keyword }) => keyword === "anyOf") ?? all[0]!
  const at = context === "querystring" ? "query" : context
  const path = found.instancePath
    .replaceAll(/\/(\d+)(?=\/|$)/g, "[$1]")
    .replaceAll("/", ".")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~")
  const parts = (where: string, expected: string, came: string, remedy: string) =>
    refusal("invalid_argument", { where, expected, came, remedy })
  if (found.keyword === "additionalProperties") {
    const known = Object.keys(found.parentSchema?.properties ?? {}).join(", ")
    return parts(
      `${at}${path}.${String(found.params.additionalProperty)}`,
      `one of the fields ${known}`,
      "an unknown field",
      "Check the spelling, or leave it out.",
    )
  }
  if (found.keyword === "required") {
    return parts(`${at}${path}.${String(found.params.missingProperty)}`, "a value", "nothing", "Add the field.")
  }
  return parts(`${at}${path}`, expectation(found), shown(found.data), "GET /docs shows every field.")
}

function expectation({ keyword, params, parentSchema, message }: SchemaViolation): string {
  const limit = String(params.limit)
  switch (keyword) {
    case "type":
      return article(String(params.type))
    case "minimum":
      return `a number of at least ${limit}`
    case "maximum":
      return `a number of at most ${limit}`
    case "minLength":
      return `at least ${limit} character${limit === "1" ? "" : "s"}`
    case "maxLength":
      return `at most ${limit} characters`
    case "maxItems":
      return `at most ${limit} entries`
    case "maxProperties":
      return `at most ${limit} fields`
    case "anyOf":
      return parentSchema?.description ?? "a string, a number, true, false, null, or a list of strings or of numbers"
    case "pattern":
      return parentSchema?.description ?? `text that matches ${String(params.pattern)}`
    default:
      return message ?? "another value"
  }
}

const article = (type: string) => (type === "null" ? "null" : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`)

/** A value as a message shows it: short, and never a whole body. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value) ?? typeof value
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}
