// MQ2007-agg: 21 engines' ranks of a query's documents, as columns for a ranker. Read by bench/ranking.bench.ts and the test of the bound.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type Matrix, matrix } from "../src/core/index.ts"
import type { LabelledRows } from "../src/models/index.ts"

const ENGINES = 21

/** The part S1 ... S5: grades, queries, and ranks as they are; NaN where an engine did not return the document. */
export function readPart(folder: string, part: number): LabelledRows {
  const lines = gunzipSync(readFileSync(join(folder, `S${part}.tsv.gz`)))
    .toString()
    .trimEnd()
    .split("\n")
    .slice(1)
  const rows = matrix(lines.length, ENGINES)
  const labels = new Float32Array(lines.length)
  const queries: number[] = []
  let last = ""
  for (const [i, line] of lines.entries()) {
    const cells = line.split("\t")
    labels[i] = Number(cells[0])
    if (cells[1] !== last || queries.length === 0) queries.push(0)
    last = cells[1]!
    queries[queries.length - 1]!++
    for (let engine = 0; engine < ENGINES; engine++) {
      const cell = cells[3 + engine]
      rows.data[i * ENGINES + engine] = cell === undefined || cell.trim() === "" ? Number.NaN : Number(cell)
    }
  }
  return { rows, labels, queries }
}

/** Parts one after another. */
export function joinParts(parts: readonly LabelledRows[]): LabelledRows {
  const total = parts.reduce((sum, part) => sum + part.labels.length, 0)
  const cols = parts[0]!.rows.cols
  const rows = matrix(total, cols)
  const labels = new Float32Array(total)
  let from = 0
  for (const part of parts) {
    rows.data.set(part.rows.data, from * cols)
    labels.set(part.labels, from)
    from += part.labels.length
  }
  return { rows, labels, queries: parts.flatMap((part) => Array.from(part.queries!)) }
}

/**
 * Columns within a query: each engine's rank as it is and over its largest, how many engines returned the document, reciprocal-rank fusion at two
 * constants (sum, place, deviation from the mean), and the spread of the ranks.
 */
export function features({ rows, labels, queries }: LabelledRows): LabelledRows {
  const names = 2 * ENGINES + 17
  const out = matrix(rows.rows, names)
  let from = 0
  for (let q = 0; q < queries!.length; q++) {
    const n = queries![q]!
    write(rows, out, from, n)
    from += n
  }
  return { rows: out, labels, queries: queries! }
}

function write(rows: Matrix, out: Matrix, from: number, n: number): void {
  const rank = (i: number, engine: number) => rows.data[(from + i) * ENGINES + engine]!
  const largest = Array.from({ length: ENGINES }, (_, engine) => {
    let most = 0
    for (let i = 0; i < n; i++) if (rank(i, engine) > most) most = rank(i, engine)
    return most
  })
  const fused = [60, 8].map((k) =>
    Float64Array.from({ length: n }, (_, i) => sum(ENGINES, (e) => (rank(i, e) > 0 || rank(i, e) === 0 ? 1 / (k + rank(i, e)) : 0))),
  )
  const places = fused.map((scores) => placesOf(scores))
  const moments = fused.map((scores) => {
    const mean = scores.reduce((a, b) => a + b, 0) / n
    return { mean, deviation: Math.sqrt(scores.reduce((a, b) => a + (b - mean) ** 2, 0) / n) || 1 }
  })
  for (let i = 0; i < n; i++) {
    const to = out.data.subarray((from + i) * out.cols, (from + i + 1) * out.cols)
    const shares: number[] = []
    for (let e = 0; e < ENGINES; e++) {
      to[e] = rank(i, e)
      const share = rank(i, e) / largest[e]!
      to[ENGINES + e] = share
      if (!Number.isNaN(share)) shares.push(share)
    }
    shares.sort((a, b) => a - b)
    const ranks = Array.from({ length: ENGINES }, (_, e) => rank(i, e))
      .filter((r) => !Number.isNaN(r))
      .sort((a, b) => a - b)
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length
    const column = (values: readonly number[]) =>
      to.set(
        values.map((v) => (v === undefined ? Number.NaN : v)),
        2 * ENGINES,
      )
    column([
      shares.length,
      fused[0]![i]!,
      places[0]![i]! / Math.max(1, n - 1),
      (fused[0]![i]! - moments[0]!.mean) / moments[0]!.deviation,
      fused[1]![i]!,
      places[1]![i]! / Math.max(1, n - 1),
      (fused[1]![i]! - moments[1]!.mean) / moments[1]!.deviation,
      places[0]![i]!,
      shares[0]!,
      shares[shares.length >> 1]!,
      mean,
      ranks[0]!,
      ranks[1]!,
      ranks[ranks.length >> 1]!,
      ranks.at(-1)!,
      Math.sqrt(shares.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, shares.length)),
      n,
    ])
  }
}

const sum = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i)).reduce((a, b) => a + b, 0)

function placesOf(scores: Float64Array): Float64Array {
  const places = new Float64Array(scores.length)
  for (const [place, i] of Array.from(scores.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .entries())
    places[i] = place
  return places
}

/** Mean NDCG@10 over all queries, 0 where nothing is relevant; gain `2^grade - 1`, ties by row order. */
export function ndcg10(scores: ArrayLike<number>, { labels, queries }: LabelledRows): number {
  let [from, total] = [0, 0]
  const dcg = (grades: readonly number[]) => grades.slice(0, 10).reduce((s, grade, i) => s + (2 ** grade - 1) / Math.log2(i + 2), 0)
  for (let q = 0; q < queries!.length; q++) {
    const places = Array.from({ length: queries![q]! }, (_, i) => from + i)
    const ideal = dcg(places.map((i) => labels[i]!).sort((a, b) => b - a))
    if (ideal > 0) total += dcg(places.sort((a, b) => scores[b]! - scores[a]! || a - b).map((i) => labels[i]!)) / ideal
    from += queries![q]!
  }
  return total / queries!.length
}

/** Mean of several models' scores, each brought to mean 0 and deviation 1 within every query. */
export function averageByQuery(scores: readonly Float32Array[], { queries }: LabelledRows): Float64Array {
  const out = new Float64Array(scores[0]!.length)
  for (const of of scores) {
    let from = 0
    for (let q = 0; q < queries!.length; q++) {
      const part = of.subarray(from, from + queries![q]!)
      const mean = part.reduce((a, b) => a + b, 0) / part.length
      const deviation = Math.sqrt(part.reduce((a, b) => a + (b - mean) ** 2, 0) / part.length) || 1
      for (const [i, score] of part.entries()) out[from + i]! += (score - mean) / deviation / scores.length
      from += part.length
    }
  }
  return out
}
