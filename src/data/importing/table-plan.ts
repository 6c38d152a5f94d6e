import { InvalidArgument, type Schema } from "../../core/index.ts"

/** What a table holds, one a row: events as they are, interactions, judgements, items or users. */
export type TableKind = "events" | "interactions" | "judgements" | "items" | "users"

/** Which column of a table says what: indexes of columns, -1 for none. `fields` are the columns that are none of these. */
export interface TablePlan {
  readonly kind: TableKind
  readonly names: readonly string[]
  readonly id: number
  readonly user: number
  readonly session: number
  readonly item: number
  readonly type: number
  readonly value: number
  readonly time: number
  readonly request: number
  readonly query: number
  readonly grade: number
  readonly label: number
  readonly rater: number
  /** The type of interactions that say none: `rating` when the value column is one, otherwise `interaction`. */
  readonly defaultType: string
  readonly fields: readonly number[]
}

/** Names that columns go by, without case, spaces, dashes and underscores. The first that a table has is taken. */
export const columnSynonyms = {
  user: ["user", "userid", "uid", "customer", "customerid", "reviewerid", "visitorid", "memberid", "member", "accountid", "personid"],
  session: ["session", "sessionid"],
  item: [
    ...["item", "itemid", "iid", "movie", "movieid", "film", "filmid", "product", "productid", "asin", "sku", "article", "articleid"],
    ...["video", "videoid", "song", "songid", "track", "trackid", "book", "bookid", "isbn", "document", "documentid", "docid", "newsid"],
  ],
  type: ["type", "interaction", "interactiontype", "action", "eventtype", "behavior", "behaviour"],
  value: ["value", "rating", "stars", "score", "overall", "weight", "count", "watchratio"],
  time: ["timestamp", "time", "datetime", "date", "ts", "unixtime", "unixreviewtime", "createdat", "happenedat"],
  request: ["request", "requestid"],
  query: ["query", "queryid", "qid", "topic", "topicid"],
  grade: ["grade", "relevance", "rel", "relevancy", "judgement", "judgment"],
  label: ["label"],
  rater: ["rater", "raterid", "annotator", "annotatorid", "worker", "workerid", "judge"],
  id: ["id", "eventid"],
} as const

const RATINGS = ["rating", "stars", "score", "overall"]
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "")

/**
 * Reads a table's header: interactions have a user (or session) and an item, judgements a query and an item with a grade or a label, items and
 * users have one of the two, events name their kind in a column `event`. The collection's own name counts as `item`, so `film` or `filmId` will do for `films`.
 *
 * @throws {@link InvalidArgument} listing the names that are known when it is none of these
 */
export function planTable(where: string, names: readonly string[], collection: string, schema: Schema): TablePlan {
  const keys = names.map(plain)
  const find = (known: readonly string[]) => {
    for (const name of known) if (keys.includes(name)) return keys.indexOf(name)
    return -1
  }
  const singular = plain(collection).replace(/s$/, "")
  const [user, session] = [find(columnSynonyms.user), find(columnSynonyms.session)]
  const id = find(columnSynonyms.id)
  let item = find([...columnSynonyms.item, singular, `${singular}id`])
  const isEvents = keys.includes("event")
  const hasWho = user >= 0 || session >= 0
  if (!isEvents && !hasWho && item < 0) item = id
  if (!isEvents && !hasWho && item < 0) {
    const known = `columns for an item (${columnSynonyms.item.slice(0, 6).join(", ")} ...) or a user (${columnSynonyms.user.slice(0, 4).join(", ")} ...)`
    throw new InvalidArgument(where, known, names.join(", ") || "no header", "Rename the columns in the first line.")
  }
  const [query, grade, label] = [find(columnSynonyms.query), find(columnSynonyms.grade), find(columnSynonyms.label)]
  const isJudged = query >= 0 && item >= 0 && (grade >= 0 || label >= 0)
  const kind: TableKind = isEvents
    ? "events"
    : isJudged
      ? "judgements"
      : item >= 0 && hasWho
        ? "interactions"
        : item >= 0
          ? "items"
          : "users"
  if (kind !== "interactions" && kind !== "judgements") {
    // In a table of items or users every other column is a field, such as `value` or `date`; only `timestamp` says when it was so.
    const own = kind === "items" ? item : user
    const declared = kind === "items" ? schema.item : (schema.user ?? {})
    const time = declared.timestamp === undefined ? keys.indexOf("timestamp") : -1
    const fields = names.map((_, i) => i).filter((i) => i !== own && i !== time)
    const none = { type: -1, value: -1, request: -1, session: -1, id: -1, query: -1, grade: -1, label: -1, rater: -1, defaultType: "" }
    return { kind, names, ...none, user: kind === "users" ? own : -1, item: kind === "items" ? own : -1, time, fields }
  }
  const [type, value, time, request] = [
    find(columnSynonyms.type),
    find(columnSynonyms.value),
    find(columnSynonyms.time),
    find(columnSynonyms.request),
  ]
  const rater = kind === "judgements" ? find(columnSynonyms.rater) : -1
  const judged = kind === "judgements" ? { query, grade, label, rater } : { query: -1, grade: -1, label: -1, rater: -1 }
  const roles = new Set([id, user, session, item, type, value, time, request, ...Object.values(judged)])
  // A judgement says what it says; other columns, such as a text that was judged, are left out.
  const fields = kind === "judgements" ? [] : names.map((_, i) => i).filter((i) => !roles.has(i))
  const defaultType = value >= 0 && RATINGS.includes(keys[value]!) ? "rating" : "interaction"
  return { kind, names, id, user, session, item, type, value, time, request, ...judged, defaultType, fields }
}
