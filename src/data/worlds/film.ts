import { field, type ItemEvent, type Schema, type Value } from "../../core/index.ts"

/** The collection that films live in. */
export const FILMS = "films"

/** One film; what is not known is absent. */
export interface Film {
  /** Title and year in lower case with dashes, without white space; unique in its catalogue. */
  readonly id: string
  readonly title: string
  readonly genre?: string
  /** The genre and what else it is, such as `["Drama", "Historical Fiction"]`. */
  readonly genres: readonly string[]
  readonly director?: string
  /** ISO date of its first release. */
  readonly released?: string
  readonly year?: number
  /** Mean rating of critics' audience, 1 to 10, and the number of votes behind it. */
  readonly rating?: number
  readonly votes?: number
  /** Minutes. */
  readonly runtime?: number
  readonly distributor?: string
  readonly certificate?: string
}

/** What there is to watch, where it comes from, and what happened to the rows it was read from. */
export interface FilmCatalogue {
  readonly films: readonly Film[]
  readonly origin: "vega-datasets" | "invented"
  /** Rows read. */
  readonly rows: number
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Rows kept after mending, by what was mended. */
  readonly mended: Readonly<Record<string, number>>
}

/** What a system that recommends films knows: the fields of {@link Film} and of a simulated viewer. */
export const filmSchema = {
  item: {
    title: field.text({ required: true }),
    genre: field.category(),
    genres: field.categories(),
    director: field.category(),
    released: field.time(),
    year: field.number({ range: [1880, 2100] }),
    rating: field.number({ range: [0, 10] }),
    votes: field.number({ range: [0, 1e9] }),
    runtime: field.number({ range: [1, 1000] }),
    distributor: field.category(),
    certificate: field.category(),
    added: field.time(),
  },
  user: { country: field.category(), ageBand: field.category(), simulated: field.boolean() },
} as const satisfies Schema

/**
 * The event that puts a film on offer.
 *
 * @param timestamp - epoch milliseconds, also written to the field `added`
 */
export function filmEvent(film: Film, timestamp: number): ItemEvent {
  const { id, ...known } = film
  const fields: Record<string, Value> = { ...known, genres: [...film.genres], added: timestamp }
  return { id: `film-${id}`, timestamp, event: "item", item: id, collection: FILMS, fields }
}

/** Lower case, marks taken off letters, everything else a dash; empty when nothing remains. */
export function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
}
