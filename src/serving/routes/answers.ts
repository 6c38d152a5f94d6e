import type { TSchema } from "@sinclair/typebox"
import { errorBody } from "../schemas.ts"

/** The answers of a route as its schema lists them: the good one, and the one error body for all others. */
export function answers(good: TSchema, description: string): { readonly 200: object; readonly default: object } {
  return {
    200: { ...good, description },
    default: { ...errorBody, description: "A refusal: where, what was expected, what came, what to do." },
  }
}

/** The answer of a route that sends text instead of JSON. */
export function textAnswer(type: string, description: string): { readonly 200: object; readonly default: object } {
  return {
    200: { description, content: { [type]: { schema: { type: type === "application/json" ? "object" : "string" } } } },
    default: { ...errorBody, description: "A refusal." },
  }
}
