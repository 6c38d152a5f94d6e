import { type Candidates, type NeighbourTable, type RequestScope, type Retriever, topK, USERS } from "../../core/index.ts"
import { type Begun, begunSince } from "./begun.ts"
import type { LiveContent } from "./content.ts"
import { type PopularByValue, popularByValue } from "./favourite-values.ts"
import { placeField } from "./features.ts"
import { kindFields, makerFields } from "./field-roles.ts"
import type { LiveParts } from "./funnel.ts"
import { categoryFields, type Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { titleOf } from "./reasons.ts"
import type { ServedRetrieval } from "./retrieval.ts"
import { HOME_ROWS, ITEM_ROWS, type RowKind } from "./row-options.ts"

const DAY_MS = 86_400_000
/** Items of a history that favourite values are counted in: the newest. */
const HISTORY = 50
/** Rows of a kind, at most. */
const MOST = { because: 2, genre: 3, from: 2 } as const

/** A row that a page could have. */
export interface RowPlan {
  readonly id: string
  readonly kind: RowKind
  /** What the row is about: no other row of the page may be. */
  readonly about?: string
  /** What fills the title and the reason. */
  readonly words: Readonly<Record<string, string>>
  /** False where the kind's reason would not be true. */
  readonly hasReason: boolean
  /** Why each of its items is there, where the row is the whole reason; else each has its own. */
  readonly itemReason?: string | ((item: number) => string)
  /** Items that the row shows although they were seen; no other row of the page does. */
  readonly resumed?: Uint32Array
  /** `found`: its items stand as they were found; `scored`: by the page's scores. */
  readonly order: "found" | "scored"
  /** Its items, best first; undefined: whatever the page found. */
  find?(query: RecommendationQuery, limit: number, scope: RequestScope): Promise<Uint32Array>
}

/** What plans are made from. */
export interface RowParts {
  readonly retrieval: ServedRetrieval
  readonly content: LiveContent | undefined
  readonly retrievers: ReadonlyMap<string, Retriever<RecommendationQuery>>
  readonly live: LiveParts
}

/** Which rows a page could have, for the person of a request and what is known of them. */
export function rowPlanner(
  options: Recommendation,
  { retrieval, content, retrievers, live }: RowParts,
): (query: RecommendationQuery) => RowPlan[] {
  const { ids, catalogue } = live
  const title = titleOf(options, live)
  const fields = categoryFields(options.schema)
  const makers = makerFields(options.schema)
  const kinds = kindFields(options.schema)
  /** The field that favourite genres are read from. */
  const genre = kinds[0] ?? fields.find((field) => !makers.includes(field))
  const byField = new Map<string, PopularByValue>()
  const column = (field: string) => catalogue.categories(options.collection, field)
  /** Read at first use: items may have come in since the release was loaded. */
  const popularBy = (field: string): PopularByValue => {
    const known = byField.get(field) ?? popularByValue(column(field), retrieval.popular.items)
    byField.set(field, known)
    return known
  }

  const one = (kind: RowKind, more: Partial<RowPlan> & Pick<RowPlan, "order">): RowPlan => ({
    id: kind,
    kind,
    words: {},
    hasReason: true,
    ...more,
  })
  const retrieved = (name: string): Pick<RowPlan, "find"> => ({
    find: async (query, limit, scope) => firstOf(await retrievers.get(name)!.retrieve(query, limit, scope)),
  })
  const has = (name: string) => retrievers.has(name)
  const alike = (item: number): Required<Pick<RowPlan, "find">> => ({
    find: async (query, limit) => firstUnseen(neighboursOf(retrieval.neighbours, item), query, limit),
  })
  const withValue = (field: string, value: string): Required<Pick<RowPlan, "find">> => ({
    async find({ seeds }, limit) {
      const token = content?.token(field, value) ?? -1
      return token < 0 ? new Uint32Array() : content!.current().forTokens([token], limit, { skip: seeds }).ids
    },
  })
  const from = (values: readonly { readonly field: string; readonly value: string }[], hasReason: boolean): RowPlan[] =>
    values.slice(0, MOST.from).map(({ field, value }, at) => ({
      ...one("from", { order: "scored", about: value.toLowerCase(), words: { value }, hasReason, ...withValue(field, value) }),
      id: `from-${at + 1}`,
    }))

  /** Kinds by name: the rows that a request could have of each. */
  const home: Readonly<Record<(typeof HOME_ROWS)[number], (query: RecommendationQuery) => RowPlan[]>> = {
    continue: (query) =>
      goOn(begunSince(live.tables, options.collection, query.features.user, query.features.now - options.rows.continueDays * DAY_MS)),
    "your-list": ({ listed }) =>
      listed.length === 0 ? [] : [one("your-list", { order: "found", find: async (_query, limit) => listed.slice(0, limit) })],
    // What everybody is shown alike is not for anybody: newcomers have the other rows.
    "for-you": ({ seeds, interests }) =>
      seeds.length + interests.length === 0 ? [] : [one("for-you", { order: "scored", hasReason: seeds.length > 0 })],
    from: ({ interests }) => from(content === undefined ? [] : interests.filter(({ field }) => !isKind(field)), true),
    because: ({ seeds }) =>
      Array.from(seeds.subarray(0, MOST.because), (item, at) => ({
        ...one("because", {
          order: "scored",
          about: `item ${item}`,
          words: { title: title(item) },
          itemReason: `Because of ${title(item)}`,
          ...alike(item),
        }),
        id: `because-${at + 1}`,
      })),
    genre: (query) => genreRows(query).filter(({ id }) => !pickedGenres(query).some((row) => row.id === id)),
    "trending-here": ({ place }) =>
      place < 0 || !has("trending-here")
        ? []
        : [
            one("trending-here", {
              order: "found",
              itemReason: "Trending near you",
              words: { place: placeName(place) },
              ...retrieved("trending-here"),
            }),
          ],
    trending: () => (has("trending") ? [one("trending", { order: "found", itemReason: "Trending now", ...retrieved("trending") })] : []),
    new: () => (has("new") ? [one("new", { order: "found", itemReason: "New", ...retrieved("new") })] : []),
    together: ({ recent }) => (recent.length === 0 || !has("together") ? [] : [together(recent[0]!)]),
    popular: () => [one("popular", { order: "scored", ...unseen(() => retrieval.popular.items) })],
  }
  const item: Readonly<Record<(typeof ITEM_ROWS)[number], (query: RecommendationQuery) => RowPlan[]>> = {
    alike: ({ seeds }) => [
      content === undefined
        ? one("alike", { order: "found", hasReason: false, itemReason: "Enjoyed by the same people", ...alike(seeds[0]!) })
        : one("alike", { order: "found", itemReason: "Alike in kind", ...retrieved("content") }),
    ],
    together: ({ seeds }) => (has("together") ? [together(seeds[0]!)] : []),
    also: ({ seeds }) => [one("also", { order: "found", itemReason: "Enjoyed by the same people", ...alike(seeds[0]!) })],
    from: ({ seeds }) => from(content === undefined ? [] : makersOf(seeds[0]!), false),
  }
  const picked = HOME_ROWS.indexOf("trending-here")
  const ofHome = HOME_ROWS.map((kind) => [kind, home[kind]] as const)
  const plans = {
    home: [...ofHome.slice(0, picked), ["genre", pickedGenres] as const, ...ofHome.slice(picked)],
    item: ITEM_ROWS.map((kind) => [kind, item[kind]] as const),
  }
  return (query) => plans[query.placement].flatMap(([kind, plan]) => (options.rows.without.includes(kind) ? [] : plan(query)))

  function together(about: number): RowPlan {
    return one("together", { order: "found", itemReason: "Taken up in one go", words: { title: title(about) }, ...retrieved("together") })
  }

  function goOn(begun: readonly Begun[]): RowPlan[] {
    if (begun.length === 0) return []
    const resumed = Uint32Array.from(begun, ({ item }) => item)
    const percent = new Map(begun.map(({ item, share }) => [item, Math.round(100 * share)]))
    return [
      one("continue", {
        order: "found",
        resumed,
        itemReason: (item) => `${percent.get(item)} % ${options.rows.verb}`,
        find: async (_query, limit) => resumed.slice(0, limit),
      }),
    ]
  }

  /** Rows of the genres that the person follows or picked: the first of them all. */
  function pickedGenres(query: RecommendationQuery): RowPlan[] {
    const picked = new Set(query.interests.filter(({ field }) => isKind(field)).map(({ value }) => value.toLowerCase()))
    return picked.size === 0 ? [] : genreRows(query).slice(0, picked.size)
  }

  function isKind(field: string): boolean {
    return field === genre || kinds.includes(field)
  }

  /** Values that the person follows or picked, then those their history favours, for somebody without one those that most popular items have. */
  function genreRows({ interests, seeds }: RecommendationQuery): RowPlan[] {
    if (genre === undefined) return []
    const history = seeds.subarray(0, HISTORY)
    const found = [
      ...interests.filter(({ field }) => isKind(field)).map((interest) => ({ ...interest, hasReason: false })),
      ...popularBy(genre)
        .favoured(history, MOST.genre)
        .map((code) => ({ field: genre, value: column(genre).name(code), hasReason: true })),
      ...(history.length > 0 ? [] : popularBy(genre).common(MOST.genre)).map((code) => ({
        field: genre,
        value: column(genre).name(code),
        hasReason: false,
      })),
    ]
    const once = found.filter(({ value }, at) => found.findIndex((other) => other.value.toLowerCase() === value.toLowerCase()) === at)
    return once.slice(0, MOST.genre).map(({ field, value, hasReason }, at) => ({
      ...one("genre", {
        order: "scored",
        about: value.toLowerCase(),
        words: { value },
        hasReason,
        ...unseen(() => popularBy(field).items(column(field).code(value))),
      }),
      id: `genre-${at + 1}`,
    }))
  }

  /** Who made an item, who is in it. */
  function makersOf(dense: number) {
    return makers.flatMap((field) =>
      Array.from({ length: column(field).length(dense) }, (_, place) => ({
        field,
        value: column(field).name(column(field).at(dense, place)),
      })),
    )
  }

  function placeName(code: number): string {
    const name = ids.collection(`${USERS}.${placeField(options)}`).name(code)
    return /^[A-Z]{2}$/.test(name) && options.place === "country" ? (regions.of(name) ?? name) : name
  }
}

const regions = new Intl.DisplayNames(["en"], { type: "region" })

function unseen(list: () => Uint32Array): Required<Pick<RowPlan, "find">> {
  return { find: async (query, limit) => firstUnseen(list(), query, limit) }
}

/** The first of a list that a person has not had: somebody who had much of what is popular still gets a row. */
function firstUnseen(list: Uint32Array, { seen }: RecommendationQuery, limit: number): Uint32Array {
  const had = new Set(seen)
  const found = new Uint32Array(limit)
  let size = 0
  for (let at = 0; at < list.length && size < limit; at++) if (!had.has(list[at]!)) found[size++] = list[at]!
  return found.subarray(0, size)
}

function firstOf({ ids, size }: Candidates): Uint32Array {
  return ids.subarray(0, size)
}

/** What goes with an item, by an item-to-item table, most first. */
function neighboursOf({ rows, offsets, indices, values }: NeighbourTable, item: number): Uint32Array {
  if (item >= rows) return new Uint32Array()
  const from = offsets[item]!
  const weights = values.subarray(from, offsets[item + 1]!)
  return Uint32Array.from(topK(weights, weights.length), (at) => indices[from + at]!)
}
