import { expect, test } from "vitest"
import { InvalidArgument, throwIfCancelled, unknownName } from "./errors.ts"

test("the message is made of four parts, which stay apart", () => {
  const error = new InvalidArgument("ndcg", "a positive whole number k", "0", "Pass the page size.")
  expect(error.message).toBe("ndcg: expected a positive whole number k, came 0. Pass the page size.")
  expect(error).toMatchObject({ code: "invalid_argument", where: "ndcg", came: "0", remedy: "Pass the page size." })
})

test("an unknown name lists the known ones, sorted", () => {
  expect(unknownName("train", "model", "eaze", ["popularity", "ease"]).message).toContain('a model among ease, popularity, came "eaze"')
  expect(unknownName("train", "model", "ease", []).message).toContain("among (none)")
})

test("only a signal that has fired stops", () => {
  expect(() => throwIfCancelled(undefined, "fit")).not.toThrow()
  expect(() => throwIfCancelled(new AbortController().signal, "fit")).not.toThrow()
  expect(() => throwIfCancelled(AbortSignal.abort(), "fit")).toThrow("fit: expected to run to its end, came a stop signal.")
})
