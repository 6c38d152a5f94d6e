import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { ran } from "../../../test/fakes/cli-context.ts"
import { type NeighboursReport, neighboursText } from "./bench-neighbours.ts"
import { neighboursChart } from "./chart.ts"

const folder = mkdtempSync(join(tmpdir(), "trommel-neighbours-"))
afterAll(() => rmSync(folder, { recursive: true }))
const real = { monotonicMs: () => performance.now() }

test("made vectors: every family has a curve that rises to nearly everything", async () => {
  const { code, stdout } = await ran(["bench", "neighbours", "--rows", "3000", "--dim", "16", "--queries", "30", "--json"], real)
  expect(code).toBe(0)
  const { curves, rows, k } = JSON.parse(stdout) as NeighboursReport
  expect([rows, k]).toEqual([3000, 10])
  expect(curves.map(({ family }) => family)).toEqual(["exact", "int8", "product", "clusters", "graph", "forest", "lsh"])
  for (const { family, points, memoryBytes } of curves) {
    expect(points.at(-1)!.recall, family).toBeGreaterThan(0.97)
    expect(points.at(-1)!.recall, family).toBeGreaterThanOrEqual(points[0]!.recall)
    expect(memoryBytes).toBeGreaterThan(3000 * 16 * 4)
  }
})

test("a file of one's own, chosen families, a chart", async () => {
  const lines = Array.from({ length: 400 }, (_, i) => JSON.stringify({ id: i, vector: [Math.sin(i), Math.cos(i * 1.7), Math.sin(i * i)] }))
  writeFileSync(join(folder, "mine.jsonl"), lines.join("\n"))
  const svg = join(folder, "out.svg")
  const flags = ["--families", "clusters,forest", "--metric", "euclidean", "--svg", svg, "--k", "5"]
  const { code, stdout, stderr } = await ran(["bench", "neighbours", join(folder, "mine.jsonl"), ...flags], real)
  expect([code, stderr.includes("out.svg")]).toEqual([0, true])
  expect(stdout).toMatch(/mine\.jsonl: 360 rows of 3, 40 queries/)
  expect(stdout).toMatch(/clusters +1 +\d\.\d{4}/)
  expect(readFileSync(svg, "utf8").match(/<polyline/g)).toHaveLength(3)
})

test.each([
  { name: "an unknown family", args: ["--families", "tree"], error: "names among int8" },
  { name: "an unknown metric", args: ["--metric", "l1"], error: "one of cosine" },
  { name: "a file that is not there", args: ["none.npy"], error: "a file that can be read" },
])("$name is refused", async ({ args, error }) => {
  const { code, stderr } = await ran(["bench", "neighbours", "--rows", "50", "--dim", "2", ...args], real)
  expect(code).not.toBe(0)
  expect(stderr).toContain(error)
})

const point = (effort: number, recall: number, meanUs: number) => ({
  effort,
  recall,
  meanUs,
  p99Us: 2 * meanUs,
  queriesPerSecond: 1e6 / meanUs,
})
const report: NeighboursReport = {
  source: "a & b.npy",
  rows: 1000,
  queries: 10,
  dimension: 8,
  metric: "cosine",
  k: 10,
  curves: [
    { family: "exact", buildSeconds: 0, memoryBytes: 40_000, points: [point(0, 1, 2000)] },
    { family: "clusters", buildSeconds: 1.25, memoryBytes: 52_000, points: [point(1, 0.52, 12), point(4, 0.91, 30), point(16, 0.99, 110)] },
  ],
}

test("the table as people read it", async () => {
  await expect(neighboursText(report)).toMatchFileSnapshot("table.golden.txt")
})

test("the chart as people see it", async () => {
  await expect(neighboursChart(report)).toMatchFileSnapshot("chart.golden.svg")
})
