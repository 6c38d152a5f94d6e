import { type IdTable, InvalidArgument, NotFound, type StateTables, unknownName, type Value } from "../../core/index.ts"
import type { RankRequest } from "../../definition/index.ts"
import type { FeatureRequest, FeatureSet } from "../../features/index.ts"
import type { StoredPage } from "../../funnel/index.ts"
import { BLOCKED, LISTED } from "./features.ts"
import { firstNumbers, household, type Interest, interestsOf, interleaved, lastVisit, named, placeOf } from "./known.ts"
import type { Recommendation } from "./options.ts"

/** Where a list may appear: the home page of a person, or the page of one item. */
export const PLACEMENTS = ["home", "item"] as const
/** Most items one request may ask for. */
export const MAX_LIMIT = 1000
/** Items of a history that models score by, the newest: longer ones cost as much again and order no better. */
const MOST_SEEDS = 500

/** A request that was understood: ids resolved, history read once. */
export interface RecommendationQuery {
  readonly placement: (typeof PLACEMENTS)[number]
  readonly features: FeatureRequest
  /** What the retrievers start from: the person's items on the home page, the open item on its page. Newest first, each once. */
  readonly seeds: Uint32Array
  /** What the person took up in the visit that is under way, or the last one; newest first. On an item's page that item. */
  readonly recent: Uint32Array
  /** Items put aside for later, newest first. */
  readonly listed: Uint32Array
  /** What the person, or somebody nothing is known of, says to care for: values by category field. */
  readonly interests: readonly Interest[]
  /** Code of the place that the request or the person is from, -1 when none is known. */
  readonly place: number
  /** Items not to show again. */
  readonly seen: Uint32Array
  /** Items to show although they were seen: a row offers to go on with them. */
  readonly resumed?: Uint32Array
  readonly blocked: Uint32Array
  /** The only items to rank, when the request names them. */
  readonly only: Uint32Array | undefined
  /** Fields an item must have. */
  readonly filters: Readonly<Record<string, Value>>
  /** `recommended`, `score`, or a retriever's name. */
  readonly sort: string
  readonly limit: number
  readonly offset: number
  /** The page that was ranked ahead, when it answers. */
  readonly page?: StoredPage
}

/** Checks a request against what the system knows. @throws {@link InvalidArgument} or {@link NotFound} naming the field of the body */
export function recommendationQuery(
  request: RankRequest,
  now: number,
  context: {
    readonly options: Recommendation
    readonly ids: IdTable
    readonly tables: StateTables
    readonly features: FeatureSet
    readonly sorts: readonly string[]
  },
): RecommendationQuery {
  const { options, ids, tables, features, sorts } = context
  const items = ids.collection(options.collection)
  const placement = placementOf(request)
  if (!isPlacement(placement)) throw unknownName("body.placement", "placement", placement, PLACEMENTS)
  const sort = request.sort ?? "recommended"
  if (!sorts.includes(sort)) throw unknownName("body.sort", "sort", sort, sorts)
  const limit = request.limit ?? options.limit
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgument(
      "body.limit",
      `a whole number from 1 to ${MAX_LIMIT}`,
      String(limit),
      "Ask for the next page with the cursor.",
    )
  }
  const asked = features.request(tables, {
    now,
    ...(request.user === undefined ? {} : { user: request.user }),
    ...(request.session === undefined ? {} : { session: request.session }),
    ...(request.item === undefined ? {} : { item: request.item }),
    ...(request.context === undefined ? {} : { context: request.context }),
  })
  if (placement === "item") requireItem(request.item, asked.item, options.collection)
  const people = [asked.user, ...household(request, (user) => features.request(tables, { now, user }).user)]
  const of = (name: string) => interleaved(people.map((user) => firstNumbers(tables, name, user)))
  const seen = of(features.historyName)
  const likes = placement === "home" && seen.length === 0 ? named(request, "likes", (name) => items.find(name)) : []
  const seeds =
    placement === "item" ? Uint32Array.of(asked.item) : likes.length > 0 ? Uint32Array.from(likes) : seen.subarray(0, MOST_SEEDS)
  return {
    placement,
    features: asked,
    seeds,
    recent: placement === "item" || likes.length > 0 ? seeds : lastVisit(tables, features.historyName, asked.user, options.visitMinutes),
    listed: placement === "item" ? new Uint32Array() : of(`${options.collection}.${LISTED}`),
    interests: interestsOf(request, options, ids, (name) => firstNumbers(tables, name, asked.user)),
    place: placeOf(request, options, ids, tables, asked.user),
    seen: placement === "item" ? Uint32Array.of(asked.item) : likes.length > 0 ? seeds : seen,
    blocked: of(`${options.collection}.${BLOCKED}`),
    only: request.items?.length ? denseOf(request.items, (name) => items.find(name)) : undefined,
    filters: request.filters ?? {},
    sort,
    limit,
    offset: offsetOf(request.cursor),
  }
}

/** Where a request's list is to appear: what it says, else the page of its item, else home. */
export const placementOf = ({ placement, item }: RankRequest): string => placement ?? (item === undefined ? "home" : "item")

/** The cursor of the page that begins at `offset`. */
export const cursorAt = (offset: number): string => `o${offset}`

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const offset = /^o(\d{1,6})$/.exec(cursor)?.[1]
  if (offset === undefined)
    throw new InvalidArgument("body.cursor", "a cursor that an answer gave", JSON.stringify(cursor), "Send it back as it came.")
  return Number(offset)
}

function requireItem(name: string | undefined, dense: number, collection: string): void {
  if (name === undefined) throw new InvalidArgument("body.item", "the item whose page is shown", "none", "Send item, or placement home.")
  if (dense < 0) throw new NotFound("body.item", `an item of ${collection}`, JSON.stringify(name), "Send its item event first.")
}

const isPlacement = (name: string): name is (typeof PLACEMENTS)[number] => (PLACEMENTS as readonly string[]).includes(name)

/** Items asked for that exist, in the order asked; unknown ones cannot be ranked and are left out. */
function denseOf(names: readonly string[], find: (name: string) => number): Uint32Array {
  return Uint32Array.from(new Set(names.map(find).filter((dense) => dense >= 0)))
}
