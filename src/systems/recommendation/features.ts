import type { FeatureContext } from "../../definition/index.ts"
import { type FeatureFactory, type FeatureSet, families, featureSet, type StateFactory, states } from "../../features/index.ts"
import { begunTypes } from "./begun.ts"
import { ageOf, groupFields, kindFields, makerFields, maturityOf } from "./field-roles.ts"
import { categoryFields, type Recommendation, typesThatMean } from "./options.ts"

/** The set of items a person hid or blocked, as {@link recommendationFeatures} declares it. */
export const BLOCKED = "blocked"
/** Items a person put aside for later. */
export const LISTED = "listed"
/** Interactions with a category's value, such as an actor, that make a person follow it, or stop. */
const FOLLOW = ["follow"]
const UNFOLLOW = ["unfollow"]
/** The set of values of a category field that a person follows: dense ids of the collection `<collection>.<field>`. */
export const followedName = (collection: string, field: string) => `${collection}.${field}.followed`

/** Windows that popularity is counted over; timeless data keeps `all`. */
export const POPULARITY_WINDOWS = ["12h", "1d", "7d", "28d", "all"] as const

/** What counts as taking an item up, and over which windows: read by features and by the list of trending items. */
export function popularityCounter(options: Recommendation) {
  return { by: "item", types: typesThatMean(options, "positive"), windows: POPULARITY_WINDOWS, from: leastValues(options) } as const
}

/**
 * What is known of a person, an item, the moment, and of each pair, when films or products are ranked: derived from the schema. Only what it has
 * gets columns.
 *
 * | actor | what | family |
 * |---|---|---|
 * | user | age and other numbers; how active; minutes and events of a visit | `number` of the user, `counter` by user, `visits` |
 * | user | gender, age, language, country, occupation | `groupLift`: beside the item's takers; codes only for rankers that split on them |
 * | user | histograms of genre, actor, language | `overlap`: the share of the history with the candidate's value |
 * | user | last genre watched | `lastValue` |
 * | context | time of day, day of week, season, holiday and days to it | `timeOfDay`, `season`; `localTime` for rankers that split |
 * | context | device, and other fields of the context | `userAgent`, `number`, `category` for rankers that split |
 * | media | public rating, revenue, duration, release year | `number` |
 * | media | time since release, on the platform | `age`, `newness` |
 * | media | watched in the last 12 and 24 hours, and longer | `counter` by item |
 * | media | genre, country of origin, maturity rating, language | `overlap`, `fieldMatch`, `ageMatch`; codes for rankers that split |
 * | pair | the person with the genre over 3 months and a year, with actor and director | `userCategory`, `jaccard` |
 * | pair | language and country match, age match | `fieldMatch`, `ageMatch` |
 * | pair | likeness of vectors | `cosine` |
 *
 * Codes of values are numbers without an order: a linear model would read one into them, so `logistic` is not given them.
 */
export function recommendationFeatures(options: Recommendation, { ids, timeless }: FeatureContext): FeatureSet {
  const positive = typesThatMean(options, "positive")
  const from = leastValues(options)
  return featureSet({
    ids,
    collection: options.collection,
    schema: options.schema,
    timeless,
    history: {
      weights: Object.fromEntries(positive.map((type) => [type, 1])),
      limit: options.historyLimit,
      from: Object.fromEntries(
        positive.flatMap((type) => (options.actions[type]!.from === undefined ? [] : [[type, options.actions[type]!.from!]])),
      ),
    },
    families: [
      ...itemFamilies(options),
      families.newness(),
      families.timeOfDay(),
      families.season({ country: options.place }),
      families.visits({ gapMinutes: options.visitMinutes }),
      ...historyFamilies(options, positive),
      families.counter({ ...popularityCounter(options), transform: "log1p" }),
      families.counter({ by: "user", types: positive, windows: ["7d", "all"], from, transform: "log1p" }),
      ...personFamilies(options, positive, from),
      ...contextFamilies(options),
    ],
    states: [
      states.itemSet({ name: BLOCKED, add: typesThatMean(options, "negative") }),
      states.recentTakers({ types: positive, from }),
      states.begun({ types: begunTypes(options), ends: typesThatMean(options, "negative") }),
      states.itemSet({ name: LISTED, add: typesThatMean(options, "list"), remove: positive }),
      ...categoryFields(options.schema).map((field) => followed(options.collection, field)),
      ...(placeField(options) === undefined
        ? []
        : [states.userCode(options.place), states.takenAt({ field: options.place, types: positive, from })]),
    ],
  })
}

/** True for rankers that may split on codes. */
const splits = ({ ranker }: Recommendation) => ranker !== "logistic"

/** What an item's own fields say, most of it beside the person's history. */
function itemFamilies({ schema, ...options }: Recommendation): FeatureFactory[] {
  return Object.entries(schema.item).flatMap(([name, field]): FeatureFactory[] => {
    switch (field.type) {
      case "number":
      case "boolean":
        return [families.number(name)]
      case "category":
        return splits({ schema, ...options }) ? [families.overlap(name), families.category(name)] : [families.overlap(name)]
      case "categories":
        return [families.overlap(name), families.jaccard(name)]
      case "time":
        return [families.age(name)]
      case "vector":
        return [families.cosine(name)]
      default:
        return []
    }
  })
}

/** Makers whose counts by person are read: more say little besides. */
const MAKERS = 2

/** The person with kinds of items over months, with who made them, and what came last. */
function historyFamilies({ schema }: Recommendation, types: readonly string[]): FeatureFactory[] {
  const kind = kindFields(schema)[0] ?? categoryFields(schema)[0]
  const makers = makerFields(schema).slice(0, MAKERS)
  return [
    ...(kind === undefined
      ? []
      : [families.userCategory({ field: kind, types, windows: ["28d", "90d", "365d", "all"] }), families.lastValue(kind)]),
    ...makers.filter((field) => field !== kind).map((field) => families.userCategory({ field, types, windows: ["365d"] })),
  ]
}

/** The person's own fields: numbers as they are, groups beside the item's takers, matches with the item's fields. */
function personFamilies(options: Recommendation, types: readonly string[], from: Record<string, number>): FeatureFactory[] {
  const { item, user = {} } = options.schema
  const isCategory = (type: string | undefined) => type === "category" || type === "categories"
  const maturity = maturityOf(options.schema)
  const age = ageOf(options.schema)
  return [
    ...Object.entries(user).flatMap(([name, { type }]): FeatureFactory[] => {
      if (type === "number" || type === "boolean") return [families.number(name, { of: "user" })]
      return type === "category" && splits(options) ? [families.category(name, { of: "user" })] : []
    }),
    ...groupFields(options.schema).map((field) => families.groupLift({ field, types, from })),
    ...Object.keys(user).flatMap((name) =>
      isCategory(user[name]!.type) && isCategory(item[name]?.type) ? [families.fieldMatch(name)] : [],
    ),
    ...(maturity === undefined || age === undefined ? [] : [families.ageMatch({ item: maturity, user: age })]),
  ]
}

/** What the request says of the moment, by the schema of its context. */
function contextFamilies(options: Recommendation): FeatureFactory[] {
  const fields = Object.entries(options.schema.context ?? {})
  return [
    ...fields.flatMap(([name, { type }]): FeatureFactory[] => {
      if (type === "number" || type === "boolean") return [families.number(name, { of: "context" })]
      if (!splits(options)) return []
      return type === "category" ? [families.category(name, { of: "context" })] : name === "userAgent" ? [families.userAgent()] : []
    }),
    ...(splits(options) ? [families.localTime()] : []),
  ]
}

/** Values of a category field that a person follows. */
function followed(collection: string, field: string): StateFactory {
  const codes = `${collection}.${field}`
  const set = states.itemSet({ name: "followed", add: FOLLOW, remove: UNFOLLOW })
  return (binding) => set({ ...binding, collection: codes, collectionNumber: binding.ids.collectionNumber(codes) })
}

/** The person's field that trending lists are made by, where the schema has it. */
export function placeField({ schema, place }: Recommendation): string | undefined {
  return schema.user?.[place]?.type === "category" ? place : undefined
}

/** Least value of a positive action, by type, where it needs one. */
function leastValues(options: Recommendation): Record<string, number> {
  return Object.fromEntries(
    typesThatMean(options, "positive").flatMap((type) => {
      const { from } = options.actions[type]!
      return from === undefined ? [] : [[type, from]]
    }),
  )
}
