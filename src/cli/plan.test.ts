import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { fakeEngine, ran } from "../../test/fakes/cli-context.ts"
import { Corrupt } from "../core/index.ts"
import type { RankRequest } from "../definition/index.ts"
import { statements } from "../problem/index.ts"

const folder = mkdtempSync(join(tmpdir(), "trommel-plan-"))
afterAll(() => rmSync(folder, { recursive: true }))
const empty = join(folder, "empty")

test.each(Object.keys(statements))("plan %s: the document on standard output, without opening a store", async (kind) => {
  const open = () => Promise.reject(new Error("opened"))
  const { code, stdout, stderr } = await ran(["plan", kind, "--store", empty], { open })
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toBe(readFileSync(new URL(`../../examples/design/${kind}.md`, import.meta.url), "utf8"))
})

test("--json is one line with the plan's numbers, --html one page", async () => {
  const file = join(folder, "page.html")
  const { code, stdout } = await ran(["plan", "recommendation", "--json", "--html", file, "--store", empty])
  expect(code).toBe(0)
  expect(stdout.trimEnd().split("\n")).toHaveLength(1)
  const { plan, release, system } = JSON.parse(stdout)
  expect([system, plan.feasible, release]).toEqual(["recommendation", true, null])
  expect(plan.p99Ms).toBeLessThanOrEqual(200)
  expect(readFileSync(file, "utf8")).toContain("<svg ")
})

test("an unknown system lists the known ones", async () => {
  const { code, stderr } = await ran(["plan", "recomendation", "--store", empty])
  expect(code).not.toBe(0)
  expect(stderr).toContain("ads, entity-linking, feed, fraud, recommendation, search, segmentation, visual-search")
})

describe("with a store", () => {
  const store = join(folder, "store")
  mkdirSync(join(store, "default"), { recursive: true })
  writeFileSync(join(store, "default", "format.json"), "{}")

  test("the live release's metrics stand beside the plan, and the store is closed", async () => {
    const engine = fakeEngine()
    const live = { id: "r9", system: "recommendation", createdMs: 0, live: true, metrics: { "ndcg@20": 0.4123 }, gates: [] }
    const systems = () => [{ name: "recommendation", kind: "recommendation", placements: [], operations: [] }]
    let closed = 0
    const graph = async () => [{ name: "ease", role: "retriever" as const, limit: 100, after: [], part: "retrieve" }]
    const open = async () => ({
      ...engine,
      handlers: { ...engine.handlers, systems, graph },
      releases: async () => [live],
      close: async () => void closed++,
    })
    const { code, stdout } = await ran(["plan", "recommendation", "--store", store], { open })
    expect([code, closed]).toEqual([0, 1])
    expect(stdout).toContain("0.4123 (validation part at training of r9)")
    expect(stdout).toContain('### The running funnel\n\n```mermaid\nflowchart LR\n  c0["ease"]')
    expect(stdout).toContain("| models | 4.008 MB | measured | release r9 |")
  })

  test("--measure times the running funnel with unlogged requests", async () => {
    const engine = fakeEngine()
    const logged: unknown[] = []
    const live = { id: "r9", system: "recommendation", createdMs: 0, live: true, metrics: {}, gates: [] }
    const systems = () => [{ name: "recommendation", kind: "recommendation", placements: [], operations: [] }]
    const graph = async () => [
      { name: "popular", role: "retriever" as const, limit: 100, after: [], part: "retrieve" },
      { name: "score", role: "stage" as const, limit: null, after: ["popular"], part: "rank" },
    ]
    const evaluated = (value: number) => [{ name: "ndcg@20", value, low: value - 0.01, high: value + 0.01 }]
    const lift = { popular: { name: "ndcg@20", value: 0.2219, low: 0.21, high: 0.23 } }
    let request = 0
    const open = async () => ({
      ...engine,
      data: () => engine.data("films"),
      evaluate: async () => ({
        ...(await engine.evaluate("films")),
        metrics: evaluated(0.4119),
        beside: { popular: evaluated(0.19) },
        lift,
      }),
      handlers: { ...engine.handlers, systems, graph, users: async () => ({ simulated: false, users: [{ id: "u1" }, { id: "u2" }] }) },
      releases: async () => [live],
      rank: async (_system: string, body: RankRequest) => {
        logged.push(body.log)
        const ms = ((request++ % 300) + 1) / 100
        return { ...(await engine.rank("films", body)), tookMs: ms, stages: [{ name: "score", in: 500, out: 20, ms: ms / 2 }] }
      },
    })
    let now = 0
    const monotonicMs = () => (now += 10)
    const { code, stdout } = await ran(["plan", "recommendation", "--measure", "--store", store], { open, monotonicMs })
    expect(code).toBe(0)
    expect(new Set(logged)).toEqual(new Set([false]))
    expect(stdout).toContain("| score | rank | 500 | 20 | 0.75 ms | 1.485 ms |")
    expect(stdout).toContain("| whole | - | - | - | 1.5 ms | 2.97 ms |")
    // 0.75 ms for 500 items are what the plan now takes for ranking.
    expect(stdout).toMatch(/\| rank \|.*\| 1.5 µs \| measured \|.*: 0.75 ms for 500 items \|/)
    expect(stdout).toMatch(/\| rank \| 60 ms \| 0.75 ms \| 1.485 ms \| 1.5 µs, measured \|/)
    expect(stdout).toContain("### Prediction against the load test")
    expect(stdout).toMatch(
      /### Data card\n\nThe log holds .* interactions of .* people with .* items\..*\n\n\| field \| of \| type \| missing \|/,
    )
    expect(stdout).toMatch(/\| score with a logistic model \| features \| .* \| 1.00 \| 25 to 400 \|/)
    expect(stdout).toContain("| popular | 0.19 | [0.18, 0.2] | ")
    expect(stdout).toContain("machine learning: the lift of 116.8 % is above the noise")
  }, 60_000)

  test("--measure without anything to time is refused", async () => {
    const { code, stderr } = await ran(["plan", "recommendation", "--measure", "--store", empty])
    expect(code).toBe(5)
    expect(stderr).toContain("expected a live release to time, came none. Train one first: trommel train recommendation.")
  })

  test("a store that cannot be read is told, and the plan still printed", async () => {
    const open = () => Promise.reject(new Corrupt("format.json", "a format", "{}", "Restore it."))
    const { code, stdout, stderr } = await ran(["plan", "search", "--store", store], { open })
    expect(code).toBe(0)
    expect(stderr).toContain("warning: planned without the store: format.json: expected a format")
    expect(stdout).toContain("# Search ranking: design")
  })
})
