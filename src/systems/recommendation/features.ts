import type { FeatureContext } from "../../definition/index.ts"
import { type FeatureFactory, type FeatureSet, families, featureSet, type StateFactory, states } from "../../features/index.ts"
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
export const POPULARITY_WINDOWS = ["1d", "7d", "28d", "all"] as const

/** What counts as taking an item up, and over which windows: read by features and by the list of trending items. */
export function popularityCounter(options: Recommendation) {
  return { by: "item", types: typesThatMean(options, "positive"), windows: POPULARITY_WINDOWS, from: leastValues(options) } as const
}

/**
 * What is known of a person, an item and the moment when films or products are ranked, derived from the schema: every number is read as it
 * is, every category through the person's history, every time as an age; besides, how popular the item is and how active the person.
 */
export function recommendationFeatures(options: Recommendation, { ids, timeless }: FeatureContext): FeatureSet {
  const positive = typesThatMean(options, "positive")
  const from = leastValues(options)
  const fromFields = Object.entries(options.schema.item).flatMap(([name, field]): FeatureFactory[] => {
    switch (field.type) {
      case "number":
      case "boolean":
        return [families.number(name)]
      case "category":
        return [families.overlap(name)]
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
      ...fromFields,
      families.newness(),
      families.timeOfDay(),
      ...categoryFields(options.schema)
        .slice(0, 1)
        .map((field) => families.userCategory({ field, types: positive, windows: ["28d", "all"] })),
      families.counter({ ...popularityCounter(options), transform: "log1p" }),
      families.counter({ by: "user", types: positive, windows: ["7d", "all"], from, transform: "log1p" }),
    ],
    states: [
      states.itemSet({ name: BLOCKED, add: typesThatMean(options, "negative") }),
      states.itemSet({ name: LISTED, add: typesThatMean(options, "list"), remove: positive }),
      ...categoryFields(options.schema).map((field) => followed(options.collection, field)),
      ...(placeField(options) === undefined
        ? []
        : [states.userCode(options.place), states.takenAt({ field: options.place, types: positive, from })]),
    ],
  })
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
