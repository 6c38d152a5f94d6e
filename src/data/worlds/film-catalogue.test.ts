import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { demoFilms, filmCatalogue, filmEvent, inventedFilms, locateVegaMovies } from "./index.ts"

const row = (change: object) => ({
  Title: "The Big Parade",
  "Release Date": "Dec 31 2025",
  "Major Genre": "Drama",
  "Creative Type": "Historical Fiction",
  Director: "King Vidor",
  "IMDB Rating": 8.4,
  "IMDB Votes": 2600,
  "Running Time min": null,
  Distributor: null,
  "MPAA Rating": null,
  ...change,
})

test("a row becomes a film: a date in the future moves back a century, nulls are absent", () => {
  const { films, mended } = filmCatalogue([row({})])
  expect(films).toEqual([
    {
      id: "the-big-parade-1925",
      title: "The Big Parade",
      genre: "Drama",
      genres: ["Drama", "Historical Fiction"],
      director: "King Vidor",
      released: "1925-12-31",
      year: 1925,
      rating: 8.4,
      votes: 2600,
    },
  ])
  expect(mended["date in the future"]).toBe(1)
})

test.each([
  { name: "a number as title", title: 1941, expected: "1941", id: "1941-1925" },
  { name: "garbled accents", title: "LÈon", expected: "Léon", id: "leon-1925" },
  { name: "dots of another character set", title: "I Love You Ö Don't", expected: "I Love You … Don't", id: "i-love-you-don-t-1925" },
  { name: "a letter Mac Roman has not", title: "Alien³", expected: "Alien³", id: "alien3-1925" },
  { name: "no letter a slug can hold", title: "???", expected: "???", id: "untitled-1925" },
])("titles, $name", ({ title, expected, id }) => {
  expect(filmCatalogue([row({ Title: title })]).films[0]).toMatchObject({ title: expected, id })
})

test("rows without a title, repeated rows and things that are no rows are left out and counted", () => {
  const { films, dropped, rows } = filmCatalogue([row({}), row({}), row({ Title: null }), row({ Title: " " }), null, 3])
  expect(films).toHaveLength(1)
  expect({ rows, ...dropped }).toEqual({ rows: 6, "no title": 2, duplicate: 1, "not an object": 2 })
})

test("the same title in another year is another film, and an unreadable date leaves the year out", () => {
  const { films } = filmCatalogue([row({}), row({ "Release Date": "Jun 12 1998" }), row({ "Release Date": "soon" })])
  expect(films.map((film) => film.id)).toEqual(["the-big-parade-1925", "the-big-parade-1998", "the-big-parade"])
  expect(films[2]).not.toHaveProperty("released")
})

test.each([{ input: {} }, { input: [] }, { input: [{}] }])("$input holds no film and is refused", ({ input }) => {
  expect(() => filmCatalogue(input)).toThrow(/filmCatalogue: expected/)
})

test("the event of a film carries its fields and when it came on offer", () => {
  const [film] = filmCatalogue([row({})]).films
  expect(filmEvent(film!, 1000)).toMatchObject({
    id: "film-the-big-parade-1925",
    timestamp: 1000,
    event: "item",
    item: "the-big-parade-1925",
    collection: "films",
    fields: { title: "The Big Parade", year: 1925, added: 1000 },
  })
})

test("invented films: as many as asked for, ids unique, same seed same films", () => {
  const { films, origin } = inventedFilms({ seed: 1, count: 500 })
  expect(origin).toBe("invented")
  expect(new Set(films.map((film) => film.id)).size).toBe(500)
  expect(films).toEqual(inventedFilms({ seed: 1, count: 500 }).films)
  expect(films).not.toEqual(inventedFilms({ seed: 2, count: 500 }).films)
  for (const film of films)
    expect(film).toMatchObject({ title: expect.any(String), genre: expect.any(String), director: expect.any(String) })
})

const movies = await locateVegaMovies()

test.skipIf(movies === undefined)("the 3,201 rows of vega-datasets (needs that package): 3,200 films, every id usable", async () => {
  const { films, dropped, mended } = filmCatalogue(JSON.parse(readFileSync(movies!, "utf8")))
  expect(films).toHaveLength(3200)
  expect(dropped).toEqual({ "no title": 1, duplicate: 0, "not an object": 0 })
  expect(mended).toEqual({ "date in the future": 22, "title was a number": 9, "garbled accents": 18 })
  for (const film of films) {
    expect(film.id).toMatch(/^[a-z0-9-]+$/)
    expect(film.title).not.toMatch(/[ÈÍÛÎ‡]/)
    expect(film.year ?? 1990).toBeLessThanOrEqual(2011)
  }
  expect((await demoFilms(1)).origin).toBe("vega-datasets")
})
