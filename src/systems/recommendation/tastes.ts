import { type Retriever, topK } from "../../core/index.ts"
import { spectralTaste } from "../../models/index.ts"
import { retriever, ScoreBoard, type Scored, type ScoredVectors } from "../../retrieval/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { refreshItems } from "./refresh.ts"
import type { ServedRetrieval } from "./retrieval.ts"
import { boardsFor, type TastePart, tasteBoards } from "./taste-boards.ts"

/** The tastes of a release, by name. */
export const TASTES = ["ease", "neighbours", "together", "spectral", "factors"] as const
/** Room on the boards for items that come after the training: a tenth of the catalogue, within bounds. */
const roomFor = (items: number) => Math.min(4096, Math.max(256, Math.ceil(items / 10)))
/** Items whose vectors are multiplied with a taste in every request, the most popular ones: a tenth of a millisecond a model. */
const MOST_PROJECTED = 16_384

/** What one model says of every item for a request: scored once, then read by its retriever and by the ranker's inputs. */
export interface Taste {
  readonly name: (typeof TASTES)[number]
  /** The best of what the request's person has not seen, of those that score above 0. */
  best(query: RecommendationQuery, limit: number): Scored | Promise<Scored>
  /** How to read single scores; good until something else runs. */
  of(query: RecommendationQuery): TasteScores
}

/** Scores for one request, and the scale they are on: sums over a long history are larger than those over a short one. */
export interface TasteScores {
  /** Scores of some items, 0 for those that the model does not know: they came after it was trained. Shape of `out` as of `items`. */
  read(items: Uint32Array, out: Float32Array): Float32Array
  /** The best score of an item not seen yet, 0 when none is above that. */
  readonly best: number
}

/** The tastes of a release, and which item of a history speaks most for others, for reasons. */
export interface Tastes {
  readonly all: readonly Taste[]
  /** For each of a few items, the place in the history of the one that goes with it most, -1 when none does. */
  causes(history: Uint32Array, items: Uint32Array): Int32Array
  /** Bytes of the boards, and of the tables and vectors beside them in the kernel's memory. */
  readonly bytes: number
}

/**
 * Puts the item-to-item parts of a release where scoring is fast. Vectors of people are folded in from the history: none is kept. Vectors of items
 * are kept up to date with what is taken up.
 */
export async function tastesOf(
  { ease, neighbours, together, spectral, factors, trainedUntil }: ServedRetrieval,
  options: Recommendation,
  { tables: state, features, scoring }: Pick<LiveParts, "tables" | "features" | "scoring">,
): Promise<Tastes> {
  const names = TASTES.filter((name) => (name !== "together" || together !== undefined) && (name !== "factors" || factors !== undefined))
  const tables = { ease, neighbours, ...(together === undefined ? {} : { together }) }
  const items = Math.max(ease.cols, neighbours.cols, spectral.counts.length)
  const isLive = factors?.itemSide !== undefined && Number.isFinite(trainedUntil)
  const directions = projected(spectral.basis, spectral.factors, spectral.counts, spectralWeights(spectral))
  const board = await ScoreBoard.open({
    items: isLive ? items + roomFor(items) : items,
    tables,
    vectors: {
      spectral: directions,
      ...(factors === undefined
        ? {}
        : { factors: { ...projected(factors.itemFactors, factors.stride, spectral.counts), room: isLive ? roomFor(items) : 0 } }),
    },
    longest: options.historyLimit,
    boards: boardsFor(names.length),
    ...(scoring === undefined ? {} : { thread: scoring }),
  })
  const refresh = isLive
    ? refreshItems(
        { ...factors, itemSide: factors.itemSide },
        { tables: state, collection: options.collection, historyName: features.historyName, trainedUntil },
        (item, vector) => board.setVector("factors", item, vector),
      )
    : undefined
  const by: Record<Taste["name"], TastePart["by"]> = {
    ease: ({ seeds }) => ({ history: seeds }),
    neighbours: ({ seeds }) => ({ history: seeds }),
    together: ({ recent }) => ({ history: recent }),
    // Of a part of the items only those have rows on the board, and a history may have others.
    spectral: ({ seeds }) => (directions.items === undefined ? { history: seeds } : { vector: spectralTaste(spectral, seeds) }),
    factors({ seeds, features: { now } }) {
      refresh?.look(now)
      return { vector: factors!.foldIn(seeds) }
    },
  }
  const boards = tasteBoards(
    board,
    names.map((name) => ({ name, isTable: name in tables, by: by[name] })),
  )
  return {
    all: names.map((name, part) => ({
      name,
      best: (query, limit) => boards.best(part, query, limit),
      of: (query) => boards.of(part, query),
    })),
    causes: (history, items) => board.strongest("ease", history, items),
    bytes: board.bytes,
  }
}

const spectralWeights = ({ counts }: ServedRetrieval["spectral"]) => counts.map((count) => Math.sqrt(Math.sqrt(count)))

/** Vectors of all items, or of the most popular ones where products with all would take longer than a request has. */
function projected(vectors: Float32Array, width: number, counts: Float32Array, weights?: Float32Array): ScoredVectors {
  const items = Math.min(counts.length, vectors.length / width)
  if (items <= MOST_PROJECTED) return { rows: vectors, width, ...(weights === undefined ? {} : { weights }) }
  const popular = topK(counts.subarray(0, items), MOST_PROJECTED).sort()
  const rows = new Float32Array(popular.length * width)
  for (let at = 0; at < popular.length; at++) rows.set(vectors.subarray(popular[at]! * width, (popular[at]! + 1) * width), at * width)
  return {
    rows,
    width,
    items: popular,
    ...(weights === undefined ? {} : { weights: Float32Array.from(popular, (item) => weights[item]!) }),
  }
}

/** The best of a taste that are not seen yet. Only what scores above 0 is proposed. */
export function tasteRetriever(taste: Taste, collection: number): Retriever<RecommendationQuery> {
  return retriever({ name: taste.name, collection }, (query, limit) => taste.best(query, limit))
}
