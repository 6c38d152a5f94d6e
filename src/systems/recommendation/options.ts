import { InvalidArgument, type Schema } from "../../core/index.ts"

/** How one kind of interaction is read. */
export interface Action {
  /** `positive`: a taste for the item; `negative`: never show it to this person again; `ignore`: kept in the log only. */
  readonly means: "positive" | "negative" | "ignore"
  /** A positive action with a value counts only from here on: the share watched, or stars. */
  readonly from?: number
}

/** Rules of the house, applied after ranking. */
export interface PageRules {
  /** Items at a fixed place, counted from 1. */
  readonly pin?: Readonly<Record<string, number>>
  /** Items whose odds are multiplied: above 1 raises, below 1 lowers. */
  readonly boost?: Readonly<Record<string, number>>
  /** Items that come behind all others. */
  readonly bury?: readonly string[]
}

/** What `recommendation()` takes. Everything has a default; nothing in a default was tuned on one data set. */
export interface RecommendationOptions {
  readonly name?: string
  /** The collection that is ranked. */
  readonly collection?: string
  readonly schema?: Schema
  /** Interaction types by name, over the defaults; a type that neither names is kept in the log and ignored. */
  readonly actions?: Readonly<Record<string, Action>>
  /** Items a page has when the request does not say. */
  readonly limit?: number
  /** Candidates that each retriever proposes, at most. */
  readonly retrieve?: number
  /** Candidates that reach the ranker, at most. */
  readonly rank?: number
  readonly timeoutMs?: number
  /** Items of one person's history that are kept. */
  readonly historyLimit?: number
  /** 1 orders by score alone; lower trades score for difference between neighbours on the page. */
  readonly diversity?: number
  /** At most `most` items that share a value of `field` among the first `within`. */
  readonly caps?: readonly { readonly field: string; readonly most: number; readonly within: number }[]
  readonly rules?: PageRules
}

/** The options with every default filled in. */
export type Recommendation = Required<RecommendationOptions>

const defaults: Omit<Recommendation, "schema" | "caps"> = {
  name: "recommendation",
  collection: "items",
  actions: {
    hide: { means: "negative" },
    block: { means: "negative" },
    dislike: { means: "negative" },
    click: { means: "positive" },
    favourite: { means: "positive" },
    interaction: { means: "positive" },
    like: { means: "positive" },
    play: { means: "positive" },
    purchase: { means: "positive" },
    rating: { means: "positive", from: 4 },
    save: { means: "positive" },
    share: { means: "positive" },
    watch: { means: "positive", from: 0.5 },
  },
  limit: 20,
  retrieve: 100,
  rank: 200,
  timeoutMs: 200,
  historyLimit: 4096,
  diversity: 0.85,
  rules: {},
}

/** Fills in the defaults and refuses what cannot be meant. @throws {@link InvalidArgument} naming the option */
export function resolveOptions(options: RecommendationOptions = {}): Recommendation {
  const schema = options.schema ?? { item: {} }
  const caps =
    options.caps ??
    categoryFields(schema)
      .slice(0, 1)
      .map((field) => ({ field, most: 4, within: 10 }))
  const resolved: Recommendation = { ...defaults, schema, caps, ...options, actions: { ...defaults.actions, ...options.actions } }
  for (const key of ["limit", "retrieve", "rank", "timeoutMs", "historyLimit"] as const) positiveInteger(key, resolved[key])
  if (!(resolved.diversity >= 0 && resolved.diversity <= 1)) {
    throw new InvalidArgument("recommendation.diversity", "a number in [0, 1]", String(resolved.diversity), "1 turns diversity off.")
  }
  for (const cap of resolved.caps) {
    if (schema.item[cap.field] === undefined) {
      throw new InvalidArgument(
        "recommendation.caps",
        `a field among ${Object.keys(schema.item).join(", ") || "(none)"}`,
        cap.field,
        "Name a field of the schema.",
      )
    }
  }
  return resolved
}

/** Interaction types that mean this, in alphabetical order. */
export function typesThatMean(options: Pick<Recommendation, "actions">, meaning: Action["means"]): string[] {
  return Object.keys(options.actions)
    .filter((type) => options.actions[type]!.means === meaning)
    .sort()
}

/** Item fields that hold one or several categories. */
export function categoryFields(schema: Schema): string[] {
  return Object.entries(schema.item)
    .filter(([, field]) => field.type === "category" || field.type === "categories")
    .map(([name]) => name)
}

function positiveInteger(key: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgument(`recommendation.${key}`, "a positive whole number", String(value), "Leave it out for the default.")
  }
}
