import { type Random, random } from "../../core/index.ts"
import type { Film } from "./film.ts"

/** Numbers in a taste vector. */
const DIMENSIONS = 8
/** How strongly each part of a film shows in its vector; `own` is what no field tells. */
const WEIGHTS = { genre: 1, kind: 0.6, director: 0.6, era: 0.5, own: 0.4 }
/** The middle of the films' years and the years of one step of era; films without a year are from the middle. */
const ERA = { middle: 1998, years: 12 }
/** Viewers cluster: this many kinds of taste, and how much of a viewer is the kind and how much is his own. */
const GROUPS = 12
const GROUP_SHARE = { group: 0.9, own: 0.45 }
/** Log-odds that a viewer who looks at an average film opens it, and what one standard deviation of fitting taste adds. */
const BASE = -3.2
const TASTE = 2.2

/** How much ratings and fame move a viewer: mean and deviation over viewers, in log-odds for one deviation over films. */
const QUALITY = { mean: 0.4, deviation: 0.25 }
const FAME = { mean: 0.45, deviation: 0.35 }

const COUNTRIES = { US: 30, IN: 16, BR: 12, DE: 10, FR: 10, GB: 10, JP: 7, NG: 5 }
const AGE_BANDS = { "18-24": 20, "25-34": 28, "35-49": 27, "50-64": 17, "65+": 8 }

/** Who the simulated viewers are and what they truly like; viewers and films by number, in the order of the world's lists. */
export interface Tastes {
  readonly countries: readonly string[]
  readonly ageBands: readonly string[]
  /** Log-odds that the viewer opens the film when looking at it, on a day of the world; 0 without. */
  affinity(viewer: number, film: number, day?: number): number
}

/**
 * Draws films' and viewers' taste vectors.
 *
 * Affinity is `base + taste * (viewer . film) + quality * rating + mainstream * popularity`, rating and log votes standardised, the two
 * sensitivities being the viewer's own. A film's vector comes from its genre, kind, director, era and a part that no field tells, so that
 * learning from behaviour can know more than the fields; a viewer's comes from one of a few kinds of taste, likelier by country and age, and turns
 * towards another one of his own with the days.
 *
 * @param drift - radians by which a viewer's taste turns in 30 days
 */
export function drawTastes(films: readonly Film[], viewers: number, seed: number, drift = 0): Tastes {
  const filmVectors = drawFilms(films, random(seed).split("films"))
  const quality = standardised(films.map((film) => film.rating ?? Number.NaN))
  const fame = standardised(films.map((film) => Math.log1p(film.votes ?? 0)))
  const draw = random(seed).split("viewers")
  const groups = Array.from({ length: GROUPS }, () => direction(draw))
  const leaning = new Map([...Object.keys(COUNTRIES), ...Object.keys(AGE_BANDS)].map((name) => [name, direction(draw, GROUPS)]))
  const vectors = new Float64Array(viewers * DIMENSIONS)
  const qualitySense = new Float64Array(viewers)
  const fameSense = new Float64Array(viewers)
  const countries: string[] = []
  const ageBands: string[] = []
  for (let viewer = 0; viewer < viewers; viewer++) {
    const country = drawKey(draw, COUNTRIES)
    const ageBand = drawKey(draw, AGE_BANDS)
    const odds = leaning.get(country)!.map((value, group) => Math.exp(value + leaning.get(ageBand)![group]!))
    const group = groups[drawPlace(draw, odds)]!
    for (let d = 0; d < DIMENSIONS; d++) {
      vectors[viewer * DIMENSIONS + d] = GROUP_SHARE.group * group[d]! + GROUP_SHARE.own * draw.normal()
    }
    qualitySense[viewer] = QUALITY.mean + QUALITY.deviation * draw.normal()
    fameSense[viewer] = FAME.mean + FAME.deviation * draw.normal()
    countries.push(country)
    ageBands.push(ageBand)
  }
  const later = drift === 0 ? vectors : turnedTo(vectors, random(seed).split("drift"))
  const affinity = (viewer: number, film: number, day = 0) => {
    const angle = (drift * day) / 30
    const [now, then] = [Math.cos(angle), drift === 0 ? 0 : Math.sin(angle)]
    let taste = 0
    for (let d = 0; d < DIMENSIONS; d++) {
      const at = viewer * DIMENSIONS + d
      taste += (now * vectors[at]! + then * later[at]!) * filmVectors[film * DIMENSIONS + d]!
    }
    return BASE + TASTE * taste + qualitySense[viewer]! * quality[film]! + fameSense[viewer]! * fame[film]!
  }
  return { countries, ageBands, affinity }
}

/** One unit vector a film, so that its product with a viewer's vector is about standard normal over films; shape `[films, DIMENSIONS]`. */
function drawFilms(films: readonly Film[], draw: Random): Float64Array {
  const named = new Map<string, Float64Array>()
  const vectorOf = (name: string) => {
    const drawn = named.get(name) ?? direction(draw.split(name))
    named.set(name, drawn)
    return drawn
  }
  const era = vectorOf("era")
  const vectors = new Float64Array(films.length * DIMENSIONS)
  for (const [place, film] of films.entries()) {
    const parts: [number, Float64Array][] = [
      [WEIGHTS.own, direction(draw)],
      [(WEIGHTS.era * ((film.year ?? ERA.middle) - ERA.middle)) / ERA.years, era],
    ]
    if (film.genre !== undefined) parts.push([WEIGHTS.genre, vectorOf(`genre ${film.genre}`)])
    for (const kind of film.genres) if (kind !== film.genre) parts.push([WEIGHTS.kind, vectorOf(`kind ${kind}`)])
    if (film.director !== undefined) parts.push([WEIGHTS.director, vectorOf(`director ${film.director}`)])
    const own = vectors.subarray(place * DIMENSIONS, (place + 1) * DIMENSIONS)
    for (const [weight, part] of parts) for (let d = 0; d < DIMENSIONS; d++) own[d]! += weight * part[d]!
    const length = Math.hypot(...own)
    for (let d = 0; d < DIMENSIONS; d++) own[d]! /= length
  }
  return vectors
}

/** What each viewer's taste turns towards: another direction, as long as his own. */
function turnedTo(vectors: Float64Array, draw: Random): Float64Array {
  const later = new Float64Array(vectors.length)
  for (let start = 0; start < vectors.length; start += DIMENSIONS) {
    const own = vectors.subarray(start, start + DIMENSIONS)
    const other = direction(draw)
    const scale = Math.hypot(...own) / (Math.hypot(...other) || 1)
    for (let d = 0; d < DIMENSIONS; d++) later[start + d] = other[d]! * scale
  }
  return later
}

const direction = (draw: Random, size = DIMENSIONS) => Float64Array.from({ length: size }, () => draw.normal())

/** Values with mean 0 and deviation 1; what is not known is one deviation below the mean, as little-known films are. */
function standardised(values: readonly number[]): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value))
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length)) || 1
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? -1 : (value - mean) / deviation))
}

function drawKey(draw: Random, weights: Readonly<Record<string, number>>): string {
  return Object.keys(weights)[drawPlace(draw, Object.values(weights))]!
}

/** A place drawn in proportion to its weight. */
export function drawPlace(draw: Random, weights: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < weights.length; i++) total += weights[i]!
  let left = draw.next() * total
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!
    if (left < 0) return i
  }
  return weights.length - 1
}
