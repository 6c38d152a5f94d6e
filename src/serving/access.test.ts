import type { IncomingMessage } from "node:http"
import { expect, test } from "vitest"
import { Unauthorized } from "../core/index.ts"
import { access, checkExposure, isLoopback } from "./access.ts"

const request = (headers: Record<string, string | undefined>) => ({ headers }) as unknown as IncomingMessage

test.each(["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]", "::ffff:127.0.0.1"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true)
  expect(() => checkExposure(host, [])).not.toThrow()
})

test.each(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.com", "localhost.evil.com", "1270.0.0.1", ""])(
  "%s is wider and needs a key",
  (host) => {
    expect(isLoopback(host)).toBe(false)
    expect(() => checkExposure(host, [])).toThrow(Unauthorized)
    expect(() => checkExposure(host, ["k"])).not.toThrow()
  },
)

test.each([
  { name: "own address", headers: { host: "127.0.0.1:4600" }, status: undefined },
  { name: "localhost", headers: { host: "localhost:4600" }, status: undefined },
  { name: "IPv6", headers: { host: "[::1]:4600" }, status: undefined },
  { name: "a rebound domain", headers: { host: "evil.com:4600" }, status: 403 },
  { name: "a domain that begins like the address", headers: { host: "127.0.0.1.evil.com" }, status: 403 },
  { name: "a user in the host", headers: { host: "127.0.0.1@evil.com" }, status: 403 },
  { name: "no host", headers: {}, status: 403 },
  { name: "the same origin", headers: { host: "127.0.0.1:4600", origin: "http://127.0.0.1:4600" }, status: undefined },
  { name: "another port", headers: { host: "127.0.0.1:4600", origin: "http://127.0.0.1:8080" }, status: 403 },
  { name: "another site", headers: { host: "127.0.0.1:4600", origin: "https://evil.com" }, status: 403 },
  { name: "a sandboxed page", headers: { host: "127.0.0.1:4600", origin: "null" }, status: 403 },
])("without keys, $name: $status", ({ headers, status }) => {
  expect(access("127.0.0.1", []).check(request(headers), false)?.status).toBe(status)
})

test.each([
  { name: "none", headers: {}, status: 401 },
  { name: "a wrong one", headers: { "x-api-key": "nope" }, status: 401 },
  { name: "a prefix", headers: { "x-api-key": "first-ke" }, status: 401 },
  { name: "the first", headers: { "x-api-key": "first-key" }, status: undefined },
  { name: "the second as a bearer", headers: { authorization: "Bearer second-key" }, status: undefined },
  { name: "another scheme", headers: { authorization: "Basic second-key" }, status: 401 },
  { name: "another origin in spite of a key", headers: { "x-api-key": "first-key", origin: "https://evil.com" }, status: 403 },
])("with keys, $name: $status", ({ headers, status }) => {
  const { check } = access("0.0.0.0", ["first-key", "second-key"])
  const found = check(request({ host: "ranker.internal:4600", ...headers }), false)
  expect(found?.status).toBe(status)
  expect(JSON.stringify(found?.body ?? {})).not.toContain("first-key")
})

test("routes without data need no key", () => {
  expect(access("0.0.0.0", ["k"]).check(request({ host: "a" }), true)).toBeUndefined()
})
