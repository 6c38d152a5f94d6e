import { InvalidArgument, type Schema, unknownName } from "../../core/index.ts"
import { type RankerName, rankers } from "./rankers.ts"
import { type PageRowOptions, type PageRowRules, resolveRows } from "./row-options.ts"

/** How one kind of interaction is read. */
export interface Action {
  /**
   * `positive`: a taste for the item; `negative`: never show it to this person again; `list`: put aside for later, shown until it is taken up;
   * `ignore`: kept in the log only.
   */
  readonly means: "positive" | "negative" | "list" | "ignore"
  /** A positive action with a value counts only from here on: the share watched, or stars. */
  readonly from?: number
  /** The ranker's ladder: from here on a positive example; between `noUpTo` and here nobody can say, and the example is left out. Default `from`. */
  readonly sureFrom?: number
  /** Up to here an example of no interest. Default: below `from`. */
  readonly noUpTo?: number
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
  /** Candidates that reach the ranker, at most; as many as are asked for where that is more. Default 100: more ordered no better and cost as much again. */
  readonly rank?: number
  /** The kind of model that ranks; default `logistic`. */
  readonly ranker?: RankerName
  readonly timeoutMs?: number
  /** Items of one person's history that are kept. */
  readonly historyLimit?: number
  /** 1 orders by score alone; lower trades score for difference between neighbours on the page. */
  readonly diversity?: number
  /** At most `most` items that share a value of `field` among the first `within`. */
  readonly caps?: readonly { readonly field: string; readonly most: number; readonly within: number }[]
  readonly rules?: PageRules
  /**
   * New items: their odds on the page are raised by this share, which fades to nothing over these hours; while they are so new, at least so many of
   * them have a place on a page of twenty, of those that fit the person best where the page has fewer by itself.
   */
  readonly newItems?: { readonly boost: number; readonly hours: number; readonly least: number }
  /**
   * Share of the places after the first quarter of a page that go to items drawn by chance, so that what nobody was shown can be found; of the places that
   * caps speak of, at most one. Each item's propensity is logged.
   */
  readonly explore?: number
  /** Items at least as much like a blocked one as this are gone with it, in [0, 1]: cosine of what they are; 1 keeps all but its doubles. */
  readonly lookalike?: number
  /** Category field of a person that trending lists are also made by, where the schema has it. */
  readonly place?: string
  /** Items that EASE is fitted over, the most popular ones, where there are more: its time grows with their third power. */
  readonly easeItems?: number
  /** A pause of more minutes ends a visit: what is taken up in one goes together. */
  readonly visitMinutes?: number
  /** Rows of a page: titles, order, which there are. */
  readonly rows?: PageRowOptions
}

/** The options with every default filled in. */
export type Recommendation = Required<Omit<RecommendationOptions, "rows">> & { readonly rows: PageRowRules }

const defaults: Omit<Recommendation, "schema" | "caps" | "rows"> = {
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
    save: { means: "list" },
    share: { means: "positive" },
    watch: { means: "positive", from: 0.5, sureFrom: 0.8, noUpTo: 0.1 },
  },
  limit: 20,
  retrieve: 100,
  rank: 100,
  ranker: "logistic",
  timeoutMs: 200,
  historyLimit: 4096,
  diversity: 0.85,
  rules: {},
  newItems: { boost: 0.1, hours: 48, least: 1 },
  explore: 0,
  lookalike: 0.8,
  place: "country",
  visitMinutes: 30,
  easeItems: 6000,
}

/** Fills in the defaults and refuses what cannot be meant. @throws {@link InvalidArgument} naming the option */
export function resolveOptions(options: RecommendationOptions = {}): Recommendation {
  const schema = options.schema ?? { item: {} }
  const caps =
    options.caps ??
    categoryFields(schema)
      .slice(0, 1)
      .map((field) => ({ field, most: 4, within: 10 }))
  const rows = resolveRows(options.rows ?? {}, schema)
  const resolved: Recommendation = { ...defaults, schema, caps, ...options, rows, actions: { ...defaults.actions, ...options.actions } }
  for (const key of ["limit", "retrieve", "rank", "timeoutMs", "historyLimit", "easeItems"] as const) positiveInteger(key, resolved[key])
  if (!Object.hasOwn(rankers, resolved.ranker)) throw unknownName("recommendation.ranker", "ranker", resolved.ranker, Object.keys(rankers))
  for (const key of ["diversity", "explore", "lookalike"] as const) {
    if (!(resolved[key] >= 0 && resolved[key] <= 1)) {
      throw new InvalidArgument(`recommendation.${key}`, "a number in [0, 1]", String(resolved[key]), "Leave it out for the default.")
    }
  }
  const { boost, hours, least } = resolved.newItems
  if (!(boost >= 0 && least >= 0 && hours > 0 && resolved.visitMinutes > 0)) {
    throw new InvalidArgument(
      "recommendation.newItems",
      "a boost of 0 or more over hours above 0",
      `${boost} over ${hours}`,
      "0 turns it off.",
    )
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
