import { InvalidArgument } from "../../core/index.ts"
import { type Film, type FilmCatalogue, slug } from "./film.ts"
import { mendText } from "./mend-text.ts"

/** The last year the list covers: a later one is a date of the century before, written with two digits somewhere on its way. */
const LAST_YEAR = 2011
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/**
 * The films in the rows of vega-datasets' `movies.json`.
 *
 * Left out and counted: rows without a title, and a second row of the same title and year. Mended and counted: dates in the future (moved back
 * a century), titles that are numbers, accents garbled by a wrong character set. What a row does not know, the film has not.
 * @param movies - the parsed JSON: an array of rows
 * @throws {@link InvalidArgument} when it is no array of objects, or no row holds a film
 */
export function filmCatalogue(movies: unknown): FilmCatalogue {
  if (!Array.isArray(movies)) {
    throw new InvalidArgument("filmCatalogue", "an array of rows", typeof movies, "Pass the parsed movies.json of vega-datasets.")
  }
  const dropped: Record<string, number> = { "no title": 0, duplicate: 0, "not an object": 0 }
  const mended: Record<string, number> = { "date in the future": 0, "title was a number": 0, "garbled accents": 0 }
  const films = new Map<string, Film>()
  for (const row of movies as readonly unknown[]) {
    if (typeof row !== "object" || row === null) {
      dropped["not an object"]!++
      continue
    }
    const film = filmOf(row as Readonly<Record<string, unknown>>, mended)
    if (film === undefined) dropped["no title"]!++
    else if (films.has(film.id)) dropped.duplicate!++
    else films.set(film.id, film)
  }
  if (films.size === 0) {
    throw new InvalidArgument(
      "filmCatalogue",
      "at least one row with a Title",
      `${movies.length} rows without`,
      "Pass movies.json of vega-datasets.",
    )
  }
  return { films: [...films.values()], origin: "vega-datasets", rows: movies.length, dropped, mended }
}

function filmOf(row: Readonly<Record<string, unknown>>, mended: Record<string, number>): Film | undefined {
  const raw = row.Title
  if (typeof raw !== "string" && typeof raw !== "number") return undefined
  const title = mendText(String(raw)).trim()
  if (title === "") return undefined
  if (typeof raw === "number") mended["title was a number"]!++
  else if (title !== raw.trim()) mended["garbled accents"]!++
  const released = releaseDate(row["Release Date"], mended)
  const year = released === undefined ? undefined : Number(released.slice(0, 4))
  const genre = text(row["Major Genre"])
  const kind = text(row["Creative Type"])
  const name = slug(title)
  return {
    id: [name === "" ? "untitled" : name, year].filter((part) => part !== undefined).join("-"),
    title,
    genres: [genre, kind].filter((part) => part !== undefined),
    ...known("genre", genre),
    ...known("director", text(row.Director)),
    ...known("released", released),
    ...known("year", year),
    ...known("rating", number(row["IMDB Rating"])),
    ...known("votes", number(row["IMDB Votes"])),
    ...known("runtime", number(row["Running Time min"])),
    ...known("distributor", text(row.Distributor)),
    ...known("certificate", text(row["MPAA Rating"])),
  }
}

/** `Jun 12 1998` as `1998-06-12`; undefined when it is written otherwise. */
function releaseDate(value: unknown, mended: Record<string, number>): string | undefined {
  const parts = typeof value === "string" ? /^([A-Z][a-z]{2}) (\d{1,2}) (\d{4})$/.exec(value) : null
  const month = parts === null ? -1 : MONTHS.indexOf(parts[1]!)
  if (parts === null || month < 0) return undefined
  let year = Number(parts[3])
  if (year > LAST_YEAR) {
    year -= 100
    mended["date in the future"]!++
  }
  return `${year}-${String(month + 1).padStart(2, "0")}-${parts[2]!.padStart(2, "0")}`
}

const text = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? mendText(value).trim() : undefined)
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined)

/** One property, or none when it is not known: `{}` spreads to nothing. */
function known<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V })
}
