import type { FilmCatalogue } from "./film.ts"
import { filmCatalogue } from "./film-catalogue.ts"
import { inventedFilms } from "./invented-films.ts"

/**
 * Where `movies.json` of the installed package vega-datasets lies; undefined when the package is not installed.
 *
 * Its `exports` name the main module alone, so the file is found beside that.
 */
export async function locateVegaMovies(): Promise<string | undefined> {
  const { createRequire } = await import("node:module")
  const { existsSync } = await import("node:fs")
  const { dirname, join } = await import("node:path")
  try {
    const main = createRequire(import.meta.url).resolve("vega-datasets")
    const file = join(dirname(main), "..", "data", "movies.json")
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

/** The real films when vega-datasets is installed, else {@link inventedFilms} of that seed: what a demo can always open with. */
export async function demoFilms(seed: number): Promise<FilmCatalogue> {
  const file = await locateVegaMovies()
  if (file === undefined) return inventedFilms({ seed })
  const { readFile } = await import("node:fs/promises")
  return filmCatalogue(JSON.parse(await readFile(file, "utf8")))
}
