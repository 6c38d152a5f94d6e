import { breathe, type FixedTable, type Matrix, matrix, type Retriever } from "../../core/index.ts"
import { vectorNorm } from "../../features/index.ts"
import { chooseIndex, inBackground, isRebuildDue, LiveIndex, openVectorPool, retriever } from "../../retrieval/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** Newest items of a history that a direction is made of, and how much each one counts beside the one after it. */
const RECENT = 20
const FADE = 0.9
/** Time that a search may take. */
const BUDGET_MS = 0.5
/** Items read between two breaths while an index is made, and changes that one request takes in. */
const SLICE = 2000
const SEED = 1

/** Items by the vectors that their makers gave them, such as embeddings of text or picture; the index follows the catalogue. */
export interface ItemVectors {
  /** The item field that is compared. */
  readonly field: string
  /** The index as the catalogue is now. */
  current(): LiveIndex
  /** The mean direction of items, the first counting most; undefined when none of them has a vector. */
  directionOf(items: Uint32Array): Float32Array | undefined
}

/** An index over the schema's first vector field; undefined where it has none. What comes, changes or goes shows in the next request. */
export async function itemVectors({ schema, collection }: Recommendation, live: LiveParts): Promise<ItemVectors | undefined> {
  const declared = Object.entries(schema.item).find(([, field]) => field.type === "vector")
  if (declared === undefined || declared[1].type !== "vector") return undefined
  const [field, { dimension }] = declared
  const { catalogue, tables } = live
  const table = tables.fixed(`${collection}.field.${field}`)
  const items = live.ids.collection(collection)
  const isThere = (item: number) => catalogue.has(collection, item) && vectorNorm(table, item, dimension) > 0
  let revision = catalogue.revision(collection)
  let isBuilding = false

  const build = async () => {
    const found: number[] = []
    for (let item = 0; item < items.size; item++) {
      if (item > 0 && item % SLICE === 0) await breathe(undefined, "item vectors")
      if (isThere(item)) found.push(item)
    }
    const rows: Matrix = matrix(found.length, dimension)
    for (const [at, item] of found.entries()) copyVector(table, item, rows.data.subarray(at * dimension, (at + 1) * dimension))
    const { family } = chooseIndex({ rows: found.length, dimension, budgetMs: BUDGET_MS })
    const data = { rows, ids: found, metric: "cosine" as const }
    // A scan of codes of one byte, the best scored again in full: nearly exact, and a fifth of the time of an exact one.
    if (family !== "clusters") return LiveIndex.build("int8", data, {}, { seed: SEED })
    const pool = openVectorPool(1)
    try {
      return await LiveIndex.build(family, data, {}, { seed: SEED }, inBackground(pool))
    } finally {
      await pool.close()
    }
  }
  const takeIn = (to: LiveIndex, changed: Uint32Array) => {
    const vector = new Float32Array(dimension)
    for (const item of changed) {
      if (!isThere(item)) to.remove(item)
      else {
        copyVector(table, item, vector)
        to.add(item, vector)
      }
    }
  }
  let index = await build()
  const renew = async () => {
    isBuilding = true
    try {
      const since = catalogue.revision(collection)
      const next = await build()
      takeIn(next, catalogue.changedSince(collection, since))
      revision = catalogue.revision(collection)
      index = next
    } finally {
      isBuilding = false
    }
  }
  return {
    field,
    current() {
      const now = catalogue.revision(collection)
      if (now === revision) return index
      const changed = catalogue.changedSince(collection, revision)
      const isMany = changed.length > SLICE
      if (!isMany) {
        takeIn(index, changed)
        revision = now
      }
      const { added, hidden } = index.changes
      if (!isBuilding && (isMany || isRebuildDue({ added, hidden, rows: index.size }))) void renew()
      return index
    },
    directionOf(history) {
      const sum = new Float32Array(dimension)
      const vector = new Float32Array(dimension)
      let weight = 1
      for (const item of history.subarray(0, RECENT)) {
        const norm = vectorNorm(table, item, dimension)
        if (!(norm > 0)) continue
        copyVector(table, item, vector)
        for (let d = 0; d < dimension; d++) sum[d]! += (weight * vector[d]!) / norm
        weight *= FADE
      }
      return sum.some((value) => value !== 0) ? sum : undefined
    },
  }
}

/** Items whose vectors lie nearest to those of the seeds, without the seeds themselves. */
export function nearestRetriever(vectors: ItemVectors, collection: number): Retriever<RecommendationQuery> {
  return retriever<RecommendationQuery>({ name: NEAREST, collection }, ({ seeds }, limit) => {
    const direction = vectors.directionOf(seeds)
    if (direction === undefined) return undefined
    const own = new Set(seeds)
    const { ids, scores } = vectors.current().search(direction, limit + Math.min(own.size, limit))
    const kept = [...ids.keys()].filter((at) => !own.has(ids[at]!)).slice(0, limit)
    return { ids: Uint32Array.from(kept, (at) => ids[at]!), scores: Float32Array.from(kept, (at) => scores[at]!) }
  })
}

/** The name of the retriever by item vectors. */
export const NEAREST = "nearest"

function copyVector(table: FixedTable, item: number, to: Float32Array): void {
  const page = table.page(item)
  const start = table.offset(item) + 1
  for (let d = 0; d < to.length; d++) to[d] = page[start + d]!
}
