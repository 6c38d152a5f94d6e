import { InvalidArgument, type Schema, unknownName } from "../../core/index.ts"

/** Rows of a home page, in the order they stand where nothing tells which is likelier to be used; genres that somebody picked stand before what is trending. */
export const HOME_ROWS = [
  "continue",
  "your-list",
  "for-you",
  "from",
  "because",
  "trending-here",
  "trending",
  "popular",
  "genre",
  "new",
  "together",
] as const
/** Rows of an item's page. */
export const ITEM_ROWS = ["alike", "together", "also", "from"] as const

/** What a row is made of. */
export type RowKind = (typeof HOME_ROWS)[number] | (typeof ITEM_ROWS)[number]

/** How pages are made of rows: `recommendation({ rows: { verb: "bought", without: ["new"] } })`. Everything has a default. */
export interface PageRowOptions {
  /** What people did with what they took up, as titles say it. Default `bought` where items have a price, else `watched`. */
  readonly verb?: string
  /** Titles by kind, over the defaults: `{title}`, `{value}`, `{place}` and `{verb}` stand for what the row is about. */
  readonly titles?: Readonly<Partial<Record<RowKind, string>>>
  /** Sentences under titles, likewise; an empty one shows none. */
  readonly reasons?: Readonly<Partial<Record<RowKind, string>>>
  /** Kinds that come first, in this order; the others by how likely their first items are taken up. Default continue, your-list, for-you. */
  readonly first?: readonly RowKind[]
  /** Kinds that are never shown. */
  readonly without?: readonly RowKind[]
  /** Rows of a page, at most. Default 8. */
  readonly most?: number
  /** Items of a row, at most. Default 12. */
  readonly limit?: number
  /** A row with fewer items is left out; what a person put aside or began always shows. Default 4. */
  readonly least?: number
  /** Days for which something that was begun and not finished is offered to go on with. Default 30. */
  readonly continueDays?: number
}

/** The same with every default filled in. */
export interface PageRowRules extends Required<PageRowOptions> {
  readonly titles: Readonly<Record<RowKind, string>>
  readonly reasons: Readonly<Record<RowKind, string>>
}

const titles: Readonly<Record<RowKind, string>> = {
  continue: "Continue watching",
  "your-list": "Your list",
  "for-you": "For you",
  from: "From {value}",
  because: "Because you {verb} {title}",
  genre: "Popular in {value}",
  "trending-here": "Trending in {place}",
  trending: "Trending now",
  new: "New",
  together: "Often {verb} together with {title}",
  popular: "Popular",
  alike: "More like this",
  also: "People who {verb} this also {verb}",
}

const reasons: Readonly<Record<RowKind, string>> = {
  continue: "You began and did not finish",
  "your-list": "What you put aside for later",
  "for-you": "From all that you {verb}",
  from: "You follow {value}",
  because: "What people who {verb} it {verb} besides",
  genre: "You often choose {value}",
  "trending-here": "What {place} takes up in these days",
  trending: "What is taken up most in these days",
  new: "Came in within two weeks",
  together: "{verb} in one go by others",
  popular: "What most people like",
  alike: "Alike in what it is",
  also: "",
}

/** Most rows, and items of a row, that one page may have. */
export const MOST_ROWS = 40
export const MOST_ROW_ITEMS = 100

/** Fills in the defaults and refuses what cannot be meant. @throws {@link InvalidArgument} or {@link NotFound} naming the option */
export function resolveRows(given: PageRowOptions, schema: Schema): PageRowRules {
  const known = Object.keys(titles)
  for (const kind of [
    ...Object.keys(given.titles ?? {}),
    ...Object.keys(given.reasons ?? {}),
    ...(given.first ?? []),
    ...(given.without ?? []),
  ])
    if (!Object.hasOwn(titles, kind)) throw unknownName("recommendation.rows", "kind of row", kind, known)
  const rules: PageRowRules = {
    verb: schema.item.price === undefined ? "watched" : "bought",
    first: ["continue", "your-list", "for-you"],
    without: [],
    most: 8,
    limit: 12,
    least: 4,
    continueDays: 30,
    ...given,
    titles: { ...titles, ...given.titles },
    reasons: { ...reasons, ...given.reasons },
  }
  for (const [key, most] of [["most", MOST_ROWS] as const, ["limit", MOST_ROW_ITEMS] as const, ["least", MOST_ROW_ITEMS] as const]) {
    const value = rules[key]
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new InvalidArgument(
        `recommendation.rows.${key}`,
        `a whole number from 1 to ${most}`,
        String(value),
        "Leave it out for the default.",
      )
  }
  if (!(rules.continueDays > 0))
    throw new InvalidArgument(
      "recommendation.rows.continueDays",
      "days above 0",
      String(rules.continueDays),
      "To have no such row, name it in without.",
    )
  return rules
}

/** A template with its words filled in; the first letter is a capital. */
export function filled(template: string, words: Readonly<Record<string, string>>): string {
  const text = template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
