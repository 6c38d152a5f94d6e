import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

/** `rec-ml-100k`: ratings in file order, of which rows 20,000 f to 20,000 (f + 1) are the test part of official fold f + 1; who and what they are of. */
export interface Ratings {
  /** Shape `[n]` each. */
  readonly users: Uint32Array
  readonly items: Uint32Array
  readonly ratings: Float32Array
  /** Seconds. */
  readonly times: Float64Array
  readonly userCount: number
  readonly itemCount: number
  /** By user: years, 1 for women, a number for the job. */
  readonly ages: Float32Array
  readonly women: Uint8Array
  readonly jobs: Uint8Array
  /** By film: year (NaN where unknown) and which of the genres it has, as numbers from 0. */
  readonly years: Float32Array
  readonly genres: readonly (readonly number[])[]
  readonly genreNames: readonly string[]
}

export function movieLens100k(folder: string): Ratings {
  const lines = (name: string) =>
    gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .trim()
      .split("\n")
  const rows = lines("u.data.gz").map((line) => line.split("\t").map(Number))
  const people = lines("u.user.gz").map((line) => line.split("|"))
  const films = lines("u.item.gz").map((line) => line.split("|"))
  const jobNames = lines("u.occupation.gz")
  const genreNames = lines("u.genre.gz").map((line) => line.split("|")[0]!)
  const [userCount, itemCount] = [people.length + 1, films.length + 1]
  const [ages, women, jobs] = [new Float32Array(userCount), new Uint8Array(userCount), new Uint8Array(userCount)]
  for (const [id, age, sex, job] of people) {
    ages[Number(id)] = Number(age)
    women[Number(id)] = sex === "F" ? 1 : 0
    jobs[Number(id)] = jobNames.indexOf(job!)
  }
  const years = new Float32Array(itemCount).fill(Number.NaN)
  const genres: number[][] = Array.from({ length: itemCount }, () => [])
  for (const cells of films) {
    const year = Number(cells[2]!.split("-")[2])
    if (year > 0) years[Number(cells[0])] = year
    genres[Number(cells[0])] = cells.slice(5).flatMap((flag, genre) => (flag.trim() === "1" ? [genre] : []))
  }
  const column = (at: number) => rows.map((row) => row[at]!)
  return {
    users: Uint32Array.from(column(0)),
    items: Uint32Array.from(column(1)),
    ratings: Float32Array.from(column(2)),
    times: Float64Array.from(column(3)),
    userCount,
    itemCount,
    ages,
    women,
    jobs,
    years,
    genres,
    genreNames,
  }
}
