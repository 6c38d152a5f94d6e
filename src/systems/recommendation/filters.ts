import { InvalidArgument, type Value } from "../../core/index.ts"
import {
  blocked,
  denied,
  expired,
  type FilterRule,
  type FunnelStage,
  filterStage,
  hidden,
  type ItemTest,
  listed,
  requested,
  seen,
} from "../../funnel/index.ts"
import type { LiveContent } from "./content.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** Fields of the schema that keep an item off every page: a time it ends at, flags that it is not for everybody or can be had, how many are left. */
const EXPIRES = "expires"
const PRIVATE = "private"
const AVAILABLE = "available"
const STOCK = "stock"

/** What never appears: seen, blocked, withdrawn, expired, private, unavailable and sold-out items, and those without the fields a request asks for. */
export function pageFilters(
  options: Recommendation,
  { ids, catalogue }: LiveParts,
  content: LiveContent | undefined,
): FunnelStage<RecommendationQuery> {
  const { collection, schema } = options
  const number = ids.collectionNumber(collection)
  const flag = (field: string) => (schema.item[field] === undefined ? undefined : catalogue.numbers(collection, field))
  const ends = flag(EXPIRES)
  const secret = flag(PRIVATE)
  const available = flag(AVAILABLE)
  const stock = flag(STOCK)
  return filterStage<RecommendationQuery>({
    rules: [
      seen(({ seen, resumed }) => (resumed === undefined ? seen : seen.filter((item) => !resumed.includes(item))), number),
      blocked((query) => query.blocked, number),
      ...(content === undefined ? [] : [lookalikes(content, options.lookalike, number)]),
      denied(() => (id) => catalogue.withdrawn(collection, id), "withdrawn"),
      ...(ends === undefined ? [] : [expired<RecommendationQuery>((id) => ends.at(id))]),
      ...(secret === undefined ? [] : [hidden<RecommendationQuery>(() => (id) => secret.at(id) !== 1)]),
      ...(available === undefined ? [] : [denied<RecommendationQuery>(() => (id) => available.at(id) === 0, "unavailable")]),
      ...(stock === undefined ? [] : [denied<RecommendationQuery>(() => (id) => stock.at(id) <= 0, "out of stock")]),
      requested((query) => fieldTest(query.filters, options, { catalogue })),
    ],
  })
}

/** Blocked items whose doubles are looked for: the newest. */
const BLOCKED_LOOKED_AT = 32
/** Items alike one blocked item, at most, and blocked items whose doubles are remembered. */
const MOST_ALIKE = 100
const MOST_REMEMBERED = 10_000
/** Fewer shared words and categories make nobody a double: two dramas are not one film. */
const LEAST_SHARED = 3

/** What is all but the same as a blocked item. Doubles are looked up once an item and index. */
function lookalikes(content: LiveContent, least: number, number: number): FilterRule<RecommendationQuery> {
  let index = content.current()
  const known = new Map<number, Uint32Array>()
  const alike = (item: number): Uint32Array => {
    const found = known.get(item)
    if (found !== undefined) return found
    const { ids, scores } = index.similar(item, MOST_ALIKE)
    const own = new Set(content.tokensOf(item))
    const shared = (id: number) => content.tokensOf(id).reduce((sum, token) => sum + Number(own.has(token)), 0)
    const doubles = ids.filter((id, at) => scores[at]! >= least && shared(id) >= LEAST_SHARED)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(item, doubles)
    return doubles
  }
  return listed(
    "lookalike",
    ({ blocked: items }) => {
      if (items.length === 0) return undefined
      if (index !== content.current()) known.clear()
      index = content.current()
      return Array.from(items.subarray(0, BLOCKED_LOOKED_AT), (item) => [...alike(item)]).flat()
    },
    number,
  )
}

/** Refuses filters that no item could be asked for, before a funnel runs: inside one a fault only degrades the answer. @throws {@link InvalidArgument} */
export function checkFilters(filters: Readonly<Record<string, Value>>, options: Recommendation, live: Pick<LiveParts, "catalogue">): void {
  fieldTest(filters, options, live)
}

/** The test of a request's filters: a value, or one of several, by category; equality by number. @throws {@link InvalidArgument} */
function fieldTest(
  filters: Readonly<Record<string, Value>>,
  { collection, schema }: Recommendation,
  { catalogue }: Pick<LiveParts, "catalogue">,
): ItemTest | undefined {
  const tests = Object.entries(filters).map(([name, wanted]): ItemTest => {
    const field = schema.item[name]
    if (field === undefined) {
      throw new InvalidArgument(
        `body.filters.${name}`,
        `a field among ${Object.keys(schema.item).join(", ") || "(none)"}`,
        name,
        "Check the spelling.",
      )
    }
    if (field.type === "category" || field.type === "categories") {
      const column = catalogue.categories(collection, name)
      const codes = (Array.isArray(wanted) ? wanted : [wanted]).map((value) => column.code(String(value)))
      return (id) => codes.some((code) => code >= 0 && column.has(id, code))
    }
    if (field.type !== "number" && field.type !== "boolean") {
      throw new InvalidArgument(
        `body.filters.${name}`,
        "a field of numbers, booleans or categories",
        field.type,
        "Filter by another field.",
      )
    }
    const column = catalogue.numbers(collection, name)
    const equal = typeof wanted === "boolean" ? Number(wanted) : wanted
    return (id) => column.at(id) === equal
  })
  return tests.length === 0 ? undefined : (id, of) => tests.every((test) => test(id, of))
}
