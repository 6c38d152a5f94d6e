import { type Random, random } from "../../core/index.ts"
import { type Film, type FilmCatalogue, slug } from "./film.ts"

const GENRES = {
  Drama: 27,
  Comedy: 23,
  Action: 14,
  Adventure: 9,
  Thriller: 8,
  Horror: 8,
  Romance: 5,
  Documentary: 3,
  Musical: 2,
  Western: 1,
}
const KINDS = { Contemporary: 55, Historical: 14, Fantasy: 10, "Science Fiction": 9, Children: 6, Biography: 6 }
const CERTIFICATES = { U: 10, PG: 25, "12": 30, "16": 25, "18": 10 }
const ADJECTIVES =
  "Amber Broken Crimson Distant Electric Frozen Gentle Hollow Last Lost Midnight Nameless Open Paper Quiet Restless Second Silent Stolen Velvet Western Wild Winter Young"
const NOUNS =
  "Anchor Bridge Caravan Daughter Echo Ferry Garden Harbour Island Journey Kingdom Letter Meridian Neighbour Orchard Passenger Quarry River Signal Station Theatre Tide Valley Witness"
const PLACES =
  "Alder Bay|Calder|the Delta|Eastmoor|Fenwick|Glass Lake|Hollow Hill|the Northern Line|Orrin|the Plateau|Saint Vale|Tarn|Upper Street|Winterfold"
const FIRST_NAMES = "Ada Bela Carmen Dario Elif Farid Greta Hiro Ines Jonas Kamala Leon Mira Nils Oumar Petra Ravi Sofia Tomas Yara"
const LAST_NAMES =
  "Abara Berg Castell Dvorak Eriksen Ferro Gupta Hale Ito Jansen Kowal Lindqvist Moreau Novak Okafor Prieto Quist Rossi Sato Toth"
const STUDIOS = "Arclight|Bellweather|Cinder Hill|Driftwood|Evergreen|Foxglove|Granite|Harlequin"
const FIRST_YEAR = 1950
const LAST_YEAR = 2025

/**
 * A catalogue of films that do not exist, for machines without the real list: names, genres, directors and years drawn from the seed.
 *
 * Directors keep to two genres, and votes go with rating, as they do among real films. Same seed, same films.
 * @param options.count - number of films, 1,200 without
 */
export function inventedFilms(options: { readonly seed: number; readonly count?: number }): FilmCatalogue {
  const { seed, count = 1200 } = options
  const draw = random(seed).split("invented films")
  const directors = Array.from({ length: Math.max(1, Math.round(count / 8)) }, () => inventDirector(draw))
  const films = new Map<string, Film>()
  while (films.size < count) {
    const film = inventFilm(draw, directors[draw.integer(directors.length)]!)
    films.set(films.has(film.id) ? `${film.id}-${films.size}` : film.id, film)
  }
  return {
    films: [...films].map(([id, film]) => ({ ...film, id })),
    origin: "invented",
    rows: count,
    dropped: {},
    mended: {},
  }
}

interface Director {
  readonly name: string
  readonly genres: readonly [string, string]
  readonly debut: number
}

function inventDirector(draw: Random): Director {
  return {
    name: `${one(draw, FIRST_NAMES.split(" "))} ${one(draw, LAST_NAMES.split(" "))}`,
    genres: [weighted(draw, GENRES), weighted(draw, GENRES)],
    debut: FIRST_YEAR + draw.integer(LAST_YEAR - FIRST_YEAR - 5),
  }
}

function inventFilm(draw: Random, director: Director): Film {
  const title = inventTitle(draw)
  const genre = director.genres[draw.next() < 0.7 ? 0 : 1]
  const year = Math.min(LAST_YEAR, director.debut + draw.integer(30))
  const rating = Math.min(9.5, Math.max(1.5, 6.3 + 1.1 * draw.normal()))
  const month = String(1 + draw.integer(12)).padStart(2, "0")
  const day = String(1 + draw.integer(28)).padStart(2, "0")
  return {
    id: `${slug(title)}-${year}`,
    title,
    genre,
    genres: [genre, weighted(draw, KINDS)],
    director: director.name,
    released: `${year}-${month}-${day}`,
    year,
    rating: Math.round(rating * 10) / 10,
    votes: Math.round(Math.exp(8.5 + 0.5 * (rating - 6.3) + 1.5 * draw.normal())),
    runtime: Math.round(Math.min(220, Math.max(65, 106 + 18 * draw.normal()))),
    distributor: one(draw, STUDIOS.split("|")),
    certificate: weighted(draw, CERTIFICATES),
  }
}

function inventTitle(draw: Random): string {
  const adjective = one(draw, ADJECTIVES.split(" "))
  const noun = one(draw, NOUNS.split(" "))
  const place = one(draw, PLACES.split("|"))
  const shapes = [
    `The ${adjective} ${noun}`,
    `${adjective} ${noun}`,
    `The ${noun} of ${place}`,
    `${noun}s in ${place}`,
    `A ${noun} from ${place}`,
  ]
  return one(draw, shapes)
}

const one = <T>(draw: Random, values: readonly T[]): T => values[draw.integer(values.length)]!

/** A key drawn in proportion to its weight. */
function weighted(draw: Random, weights: Readonly<Record<string, number>>): string {
  let left = draw.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  for (const [name, weight] of Object.entries(weights)) {
    left -= weight
    if (left < 0) return name
  }
  return Object.keys(weights)[0]!
}
