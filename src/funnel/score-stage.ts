import { type Candidates, type FeatureRows, float32, InvalidArgument, type Matrix, select, unknownName, withScore } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { appendRest, keepFirst, orderByScore, placesOf } from "./keep.ts"

/** What {@link scoreStage} takes. */
export interface ScoreConfig<Query> {
  /** Name of the stage and of the score column it adds. */
  readonly name: string
  readonly limit: number
  /** Feature rows `[n, features.length]` to one score a row, shape `[n]`, written to `out`; larger is better. The rows are good until it returns. */
  predict(rows: Matrix, out: Float32Array): Float32Array
  /** The model's inputs in its order: columns of `scope.features`, or score columns of the candidates such as a retriever's. */
  readonly features: readonly string[]
  /** Candidates between two looks at the deadline, default 256. */
  readonly sliceRows?: number
  /** First guess of milliseconds a candidate; see {@link FunnelStage.needMs}. */
  readonly needMs?: number
  when?(query: Query): boolean
}

/**
 * Scores candidates with a model and orders them, best first, equal scores by lower dense id.
 *
 * Reads features in slices; when the deadline passes between two, the rest keeps its order behind what was scored, and the reason is
 * told. Scores that are NaN are told and go last among those scored.
 * @throws {@link NotFound} when an input is neither a feature nor a score column
 */
export function scoreStage<Query>(config: ScoreConfig<Query>): FunnelStage<Query> {
  const { name, limit, features, sliceRows = 256 } = config
  const gather = gathering(name, features)
  if (!(Number.isInteger(sliceRows) && sliceRows > 0)) {
    throw new InvalidArgument(name, "sliceRows above 0", String(sliceRows), "256 is the default.")
  }
  return {
    name,
    limit,
    ...(config.needMs === undefined ? {} : { needMs: config.needMs }),
    ...(config.when === undefined ? {} : { when: (query: Query) => config.when!(query) }),
    async run(_query, list, scope) {
      const scores = float32(list.size).fill(Number.NaN)
      let done = 0
      while (done < list.size && (done === 0 || !scope.deadline.passed)) {
        const slice = sliceOf(list, done, Math.min(list.size, done + sliceRows))
        const out = scores.subarray(done, done + slice.size)
        const predicted = config.predict(gather(scope.features, slice), out)
        if (predicted !== out) out.set(predicted.subarray(0, slice.size))
        done += slice.size
      }
      const scored = withScore(list, name, scores)
      const head = done === list.size ? scored : select(scored, placesOf(done))
      const { order, scored: finite } = orderByScore(head, scores)
      if (finite < done) scope.trace.degrade(name, `${done - finite} of ${done} scores are NaN, put last`)
      if (done < list.size) scope.trace.degrade(name, `time passed, cut after ${done} of ${list.size}`)
      const ranked = appendRest(select(head, order), scored, done, list.size)
      return keepFirst(ranked, limit, name, scope.trace)
    },
  }
}

/** Candidates `from .. to` as views: nothing is copied. */
function sliceOf(list: Candidates, from: number, to: number): Candidates {
  if (from === 0 && to === list.size) return list
  const scores = new Map<string, Float32Array>()
  for (const [name, column] of list.scores) scores.set(name, column.subarray(from, to))
  return {
    size: to - from,
    ids: list.ids.subarray(from, to),
    collections: list.collections.subarray(from, to),
    sources: list.sources.subarray(from, to),
    scores,
  }
}

/** The model's inputs for a slice: the feature rows as they are when they are all and in order, otherwise gathered by name. */
function gathering(stage: string, wanted: readonly string[]): (rows: FeatureRows, list: Candidates) => Matrix {
  let planned: readonly string[] | undefined
  /** Inputs at the start that are feature columns in their own order, and the feature column of each input, -1 for a score. */
  let leading = 0
  let from = new Int32Array()
  /** Filled and read without a pause, so one serves all requests. */
  let room = new Float32Array()
  const plan = (columns: readonly string[]) => {
    planned = columns
    from = Int32Array.from(wanted, (name) => columns.indexOf(name))
    leading = from.findIndex((column, at) => column !== at)
    if (leading < 0) leading = wanted.length
  }
  return (rows, list) => {
    const { columns } = rows
    if (planned !== columns) plan(columns)
    const read = rows.read(list)
    const width = wanted.length
    if (leading === width && columns.length === width) return read
    if (room.length < list.size * width) room = new Float32Array(list.size * width)
    const data = room.subarray(0, list.size * width)
    for (let row = 0, at = 0, source = 0; row < list.size; row++, at += width, source += columns.length) {
      for (let col = 0; col < leading; col++) data[at + col] = read.data[source + col]!
    }
    for (let col = leading; col < width; col++) {
      const name = wanted[col]!
      const column = from[col]!
      const scores = column < 0 ? list.scores.get(name) : undefined
      if (column < 0 && scores === undefined) throw unknownName(stage, "feature or score", name, [...columns, ...list.scores.keys()])
      for (let row = 0, at = col; row < list.size; row++, at += width) {
        data[at] = scores === undefined ? read.data[row * columns.length + column]! : scores[row]!
      }
    }
    return { data, rows: list.size, cols: width }
  }
}
