import { InvalidArgument, type Value } from "../../core/index.ts"
import { blocked, denied, expired, type FunnelStage, filterStage, hidden, type ItemTest, requested, seen } from "../../funnel/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** Fields of the schema that keep an item off every page: a time it ends at, a flag that it is not for everybody, a flag that it can be had. */
const EXPIRES = "expires"
const PRIVATE = "private"
const AVAILABLE = "available"

/** What never appears: seen, blocked, withdrawn, expired, private and unavailable items, and those without the fields a request asks for. */
export function pageFilters(options: Recommendation, { ids, catalogue }: LiveParts): FunnelStage<RecommendationQuery> {
  const { collection, schema } = options
  const number = ids.collectionNumber(collection)
  const flag = (field: string) => (schema.item[field] === undefined ? undefined : catalogue.numbers(collection, field))
  const ends = flag(EXPIRES)
  const secret = flag(PRIVATE)
  const available = flag(AVAILABLE)
  return filterStage<RecommendationQuery>({
    rules: [
      seen((query) => query.seen, number),
      blocked((query) => query.blocked, number),
      denied(() => (id) => catalogue.withdrawn(collection, id), "withdrawn"),
      ...(ends === undefined ? [] : [expired<RecommendationQuery>((id) => ends.at(id))]),
      ...(secret === undefined ? [] : [hidden<RecommendationQuery>(() => (id) => secret.at(id) !== 1)]),
      ...(available === undefined ? [] : [denied<RecommendationQuery>(() => (id) => available.at(id) === 0, "unavailable")]),
      requested((query) => fieldTest(query.filters, options, { catalogue })),
    ],
  })
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
