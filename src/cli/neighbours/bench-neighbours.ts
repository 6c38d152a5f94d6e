import { writeFile } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { InvalidArgument, type Matrix, matrix, random, row } from "../../core/index.ts"
import { clusteredVectors, readVectors } from "../../data/index.ts"
import { type FamilyCurve, familiesNamed, neighbourCurves, type VectorMetric } from "../../retrieval/index.ts"
import type { CliContext, Input } from "../command.ts"
import { hint } from "../did-you-mean.ts"
import { numberFlag, textFlag } from "../input.ts"
import { progressLine } from "../progress.ts"
import { bytes, count, table } from "../table.ts"
import { print } from "../with-engine.ts"
import { neighboursChart } from "./chart.ts"

/** What `bench neighbours` found. */
export interface NeighboursReport {
  readonly source: string
  readonly rows: number
  readonly queries: number
  readonly dimension: number
  readonly metric: VectorMetric
  readonly k: number
  readonly curves: readonly FamilyCurve[]
}

const metrics: readonly VectorMetric[] = ["cosine", "inner-product", "euclidean"]

/** `trommel bench neighbours`: recall against latency and memory of every kind of index, on somebody's own vectors or on made ones. */
export async function benchNeighbours(input: Input, context: CliContext): Promise<number> {
  const line = progressLine("bench neighbours", context.stderr, context.monotonicMs)
  try {
    const seed = numberFlag(input, "seed", 1, { min: 0, max: 2 ** 31, whole: true })
    const k = numberFlag(input, "k", 10, { min: 1, max: 1000, whole: true })
    const families = textFlag(input, "families")
    const metric = metricOf(input)
    line.show({ step: "reading", done: 0, total: 0 })
    const { source, rows, queries } = await vectorsOf(input, context, seed)
    const curves = await neighbourCurves(rows, queries, {
      metric,
      k,
      seed,
      monotonicMs: context.monotonicMs,
      signal: context.signal,
      onProgress: (step, done) => line.show({ step, done, total: 1 }),
      ...(families !== undefined && { families: familiesNamed(families.split(",").map((name) => name.trim())) }),
    })
    line.end()
    const found = { source, rows: rows.rows, queries: queries.rows, dimension: rows.cols, metric, k, curves }
    const svg = textFlag(input, "svg")
    if (svg !== undefined) {
      await writeFile(resolve(context.cwd, svg), neighboursChart(found))
      line.note(`wrote ${svg}`)
    }
    print(found, () => neighboursText(found), input, context)
    return 0
  } finally {
    line.end()
  }
}

/** Vectors of the named file with some of them held out as queries, or made ones. */
async function vectorsOf(input: Input, { cwd, signal }: CliContext, seed: number) {
  const wanted = numberFlag(input, "queries", 200, { min: 1, max: 100_000, whole: true })
  const dimension = numberFlag(input, "dim", 128, { min: 1, max: 65_536, whole: true })
  const file = input.positionals[1]
  if (file === undefined) {
    const rows = numberFlag(input, "rows", 100_000, { min: 1, max: 100_000_000, whole: true })
    return { source: `${count(rows)} clustered vectors, seed ${seed}`, ...clusteredVectors({ rows, queries: wanted, dimension, seed }) }
  }
  const column = textFlag(input, "column")
  const all = await readVectors(resolve(cwd, file), {
    signal,
    ...(input.flags.dim !== undefined && { dimension }),
    ...(column !== undefined && { column }),
  })
  return { source: basename(file), ...heldOut(all, wanted, numberFlag(input, "rows", all.rows, { min: 1, max: 1e9, whole: true }), seed) }
}

/** Some rows, at most a tenth, are taken out to be queries; of the others, the first `most` of a shuffled order stay. */
function heldOut(all: Matrix, wanted: number, most: number, seed: number): { readonly rows: Matrix; readonly queries: Matrix } {
  const order = random(seed).shuffle(Uint32Array.from({ length: all.rows }, (_, i) => i))
  const held = Math.min(wanted, Math.ceil(all.rows / 10))
  const taken = (from: number, to: number) => {
    const part = matrix(to - from, all.cols)
    for (let i = from; i < to; i++) row(part, i - from).set(row(all, order[i]!))
    return part
  }
  return { queries: taken(0, held), rows: taken(held, Math.min(all.rows, held + most)) }
}

function metricOf(input: Input): VectorMetric {
  const came = textFlag(input, "metric") ?? "cosine"
  const metric = metrics.find((known) => known === came)
  if (metric !== undefined) return metric
  throw new InvalidArgument("--metric", `one of ${metrics.join(", ")}`, JSON.stringify(came), hint(came, metrics))
}

/** The table people read. */
export function neighboursText({ source, rows, queries, dimension, metric, k, curves }: NeighboursReport): string {
  const heading = ["family", "effort", `recall@${k}`, "mean us", "p99 us", "queries/s", "memory", "build s"]
  const lines = curves.flatMap(({ family, buildSeconds, memoryBytes, points }) =>
    points.map((point, at) => [
      at === 0 ? family : "",
      point.effort === 0 ? "-" : count(point.effort),
      point.recall.toFixed(4),
      point.meanUs.toFixed(0),
      point.p99Us.toFixed(0),
      count(point.queriesPerSecond),
      at === 0 ? bytes(memoryBytes) : "",
      at === 0 ? buildSeconds.toFixed(1) : "",
    ]),
  )
  const about = `${source}: ${count(rows)} rows of ${dimension}, ${count(queries)} queries one at a time, ${metric}, one thread\n`
  return `${about}\n${table(heading, lines)}`
}
