import {
  type BundleReader,
  type BundleWriter,
  type CollectionIds,
  type NeighbourTable,
  type SparseMatrix,
  sparseMatrix,
} from "../../core/index.ts"
import {
  type EaseModel,
  type FactorModel,
  factorModel,
  type ItemNeighboursModel,
  loadEase,
  loadFactorModel,
  loadItemNeighbours,
  loadPopularity,
  loadSpectral,
  type PopularityModel,
  type SpectralModel,
} from "../../models/index.ts"
import type { Engagements } from "./data.ts"

/** What the retrievers were fitted to: item-to-item weights and popularity, by the training run's own dense ids. */
export interface FittedRetrieval {
  readonly ease: EaseModel
  readonly neighbours: ItemNeighboursModel
  /** What is taken up in one visit; undefined where nothing has a time. */
  readonly together: ItemNeighboursModel | undefined
  readonly spectral: SpectralModel
  /** Undefined where there are too many engagements to factorise in the time a training has. */
  readonly factors: FactorModel | undefined
  readonly popularity: PopularityModel
  /** Time of the newest interaction that the training read, epoch milliseconds; `Infinity` where nothing has a time. */
  readonly trainedUntil: number
}

/** The same, by the dense ids of the tenant that serves it. */
export interface ServedRetrieval {
  readonly ease: NeighbourTable
  readonly neighbours: NeighbourTable
  readonly together: NeighbourTable | undefined
  readonly spectral: Pick<SpectralModel, "basis" | "factors" | "counts">
  readonly factors: FactorModel | undefined
  /** Items by popularity, best first, with their scores. */
  readonly popular: { readonly items: Uint32Array; readonly scores: Float32Array }
  readonly trainedUntil: number
}

/** The engagements at these places as a binary matrix `[users, items]`. */
export function interactionMatrix(engagements: Engagements, places: Uint32Array): SparseMatrix {
  const users = places.map((place) => engagements.users[place]!)
  const items = places.map((place) => engagements.items[place]!)
  return sparseMatrix({ rows: engagements.userCount, cols: engagements.itemCount }, users, items)
}

/** Writes the fitted parts, and the names of the items they speak of in the order of their rows. */
export function saveRetrieval(fitted: FittedRetrieval, ids: CollectionIds, bundle: BundleWriter): void {
  const names = Array.from({ length: fitted.ease.table.rows }, (_, dense) => ids.name(dense))
  bundle.json("items", names)
  bundle.json("trained", { until: Number.isFinite(fitted.trainedUntil) ? fitted.trainedUntil : null })
  fitted.ease.save(bundle.child("ease"))
  fitted.neighbours.save(bundle.child("neighbours"))
  fitted.together?.save(bundle.child("together"))
  fitted.spectral.save(bundle.child("spectral"))
  fitted.factors?.save(bundle.child("factors"))
  fitted.popularity.save(bundle.child("popularity"))
}

/** Reads the parts and gives every row and column the dense id that this tenant knows the item by. */
export function loadRetrieval(bundle: BundleReader, ids: CollectionIds): ServedRetrieval {
  const names = bundle.json("items") as readonly string[]
  const place = Uint32Array.from(names, (name) => ids.intern(name))
  const moved = place.some((dense, row) => dense !== row)
  const remap = (table: NeighbourTable) => (moved ? remapped(table, place) : table)
  return {
    ease: remap(loadEase(bundle.child("ease")).table),
    neighbours: remap(loadItemNeighbours(bundle.child("neighbours")).table),
    together: bundle.names().includes("together") ? remap(loadItemNeighbours(bundle.child("together")).table) : undefined,
    spectral: moved ? moveItems(loadSpectral(bundle.child("spectral")), place) : loadSpectral(bundle.child("spectral")),
    factors: bundle.names().includes("factors")
      ? moveFactors(loadFactorModel(bundle.child("factors")), moved ? place : undefined)
      : undefined,
    popular: byPopularity(loadPopularity(bundle.child("popularity")).scores, place),
    trainedUntil: (bundle.json("trained") as { until: number | null }).until ?? Number.POSITIVE_INFINITY,
  }
}

/** What a release serves without having been saved: used while training, where ids need no mapping. */
export function servedRetrieval(fitted: FittedRetrieval): ServedRetrieval {
  const place = Uint32Array.from({ length: fitted.popularity.scores.length }, (_, dense) => dense)
  return {
    ease: fitted.ease.table,
    neighbours: fitted.neighbours.table,
    together: fitted.together?.table,
    spectral: fitted.spectral,
    factors: fitted.factors,
    popular: byPopularity(fitted.popularity.scores, place),
    trainedUntil: fitted.trainedUntil,
  }
}

function byPopularity(scores: Float32Array, place: Uint32Array): ServedRetrieval["popular"] {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || place[a]! - place[b]!)
  return { items: order.map((row) => place[row]!), scores: Float32Array.from(order, (row) => scores[row]!) }
}

/** Moves row `r` and column `c` of a table to `place[r]` and `place[c]`. */
function remapped(table: NeighbourTable, place: Uint32Array): NeighbourTable {
  const rowIds = new Uint32Array(table.indices.length)
  for (let row = 0; row < table.rows; row++) rowIds.fill(place[row]!, table.offsets[row], table.offsets[row + 1])
  const colIds = table.indices.map((column) => place[column]!)
  const size = sizeOf(place)
  return sparseMatrix({ rows: size, cols: size }, rowIds, colIds, table.values) as NeighbourTable
}

/** Moves item `r` of a spectral model to `place[r]`; items it does not know count as taken up by nobody. */
function moveItems({ basis, factors, counts }: SpectralModel, place: Uint32Array): ServedRetrieval["spectral"] {
  const size = sizeOf(place)
  const moved = { basis: new Float32Array(size * factors), factors, counts: new Float32Array(size) }
  place.forEach((dense, row) => {
    moved.counts[dense] = counts[row]!
    moved.basis.set(basis.subarray(row * factors, (row + 1) * factors), dense * factors)
  })
  return moved
}

/** Moves the vector of item `r` to `place[r]`; items it does not know have the zero vector, which nobody's taste meets. */
function moveFactors(model: FactorModel, place: Uint32Array | undefined): FactorModel {
  if (place === undefined) return model
  const { itemFactors, factors, stride, rule, itemSide } = model
  const size = sizeOf(place)
  const moved = new Float32Array(size * stride)
  place.forEach((dense, row) => {
    moved.set(itemFactors.subarray(row * stride, (row + 1) * stride), dense * stride)
  })
  if (itemSide === undefined) return factorModel(moved, size, factors, rule)
  const counts = new Uint32Array(size)
  place.forEach((dense, row) => {
    counts[dense] = itemSide.counts[row]!
  })
  return factorModel(moved, size, factors, rule, { ...itemSide, counts })
}

const sizeOf = (place: Uint32Array) => place.reduce((largest, dense) => Math.max(largest, dense + 1), 0)

/** Bytes of what a release keeps beside the score boards: tables and vectors as they were read, and those that newcomers are folded in with. */
export function retrievalMemory({ ease, neighbours, together, spectral, factors, popular }: ServedRetrieval): Record<string, number> {
  const table = (one: NeighbourTable | undefined) =>
    one === undefined ? 0 : one.offsets.byteLength + one.indices.byteLength + one.values.byteLength
  return {
    tables: table(ease) + table(neighbours) + table(together),
    spectral: spectral.basis.byteLength + spectral.counts.byteLength,
    // The solver has a copy of its own in the memory of its kernel, with a score for every item.
    factors: factors === undefined ? 0 : 2 * factors.itemFactors.byteLength + 4 * factors.items,
    popular: popular.items.byteLength + popular.scores.byteLength,
  }
}
