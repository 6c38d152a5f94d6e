import { basename } from "node:path"
import { firstLineOf, lineBlocks } from "../files/text-blocks.ts"
import { type FieldTable, fieldTable } from "./field-table.ts"
import { type DataLayout, findFile, type Opening } from "./layout.ts"
import { type RatingSet, ratingLayout } from "./rating-layout.ts"
import type { RatingFile } from "./ratings.ts"

/** Genres of MovieLens 100K in the order of its flags, for folders without `u.genre`. */
const GENRES =
  "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western".split(
    "|",
  )

/** MovieLens 100K: `u.data` (user, item, rating, seconds, between tabs); `u.item` and `u.user` may stand beside it. */
export async function movielens100k(opening: Opening): Promise<DataLayout | undefined> {
  const { folder, collection } = opening
  const ratings = await findFile(folder, "u.data")
  if (ratings === undefined) return undefined
  const [itemPath, userPath] = [await findFile(folder, "u.item"), await findFile(folder, "u.user")]
  const genres = await genreNames(await findFile(folder, "u.genre"))
  // id | title | release date | video date | address | one flag a genre
  const reshape = (row: readonly string[]) => [row[0] ?? "", row[1] ?? "", genres.filter((_, i) => row[5 + i] === "1").join("|")]
  const items =
    itemPath &&
    (await fieldTable({ path: itemPath, owner: "item", collection, header: ["item", "title", "genres"], delimiter: "|", reshape }))
  const header = ["user", "age", "gender", "occupation", "zip"]
  const users = userPath && (await fieldTable({ path: userPath, owner: "user", collection, header, delimiter: "|" }))
  const file = { path: ratings, delimiter: "\t", header: false, user: 0, item: 1, rating: 2, time: 3 }
  return ratingLayout(opening, rated("movielens-100k", file, items, users, [itemPath, userPath]))
}

/** MovieLens 1M and 10M: `ratings.dat` (user, item, rating, seconds, between `::`); `movies.dat` and `users.dat` may stand beside it. */
export async function movielensDat(opening: Opening): Promise<DataLayout | undefined> {
  const { folder, collection } = opening
  const ratings = await findFile(folder, "ratings.dat")
  if (ratings === undefined) return undefined
  const [itemPath, userPath] = [await findFile(folder, "movies.dat"), await findFile(folder, "users.dat")]
  const items =
    itemPath && (await fieldTable({ path: itemPath, owner: "item", collection, header: ["item", "title", "genres"], delimiter: "::" }))
  const header = ["user", "gender", "age", "occupation", "zip"]
  const users = userPath && (await fieldTable({ path: userPath, owner: "user", collection, header, delimiter: "::" }))
  const file = { path: ratings, delimiter: "::", header: false, user: 0, item: 1, rating: 2, time: 3 }
  return ratingLayout(opening, rated("movielens-dat", file, items, users, [itemPath, userPath]))
}

/** MovieLens 20M and later: `ratings.csv` with a header `userId,movieId,rating,timestamp`; `movies.csv` may stand beside it. */
export async function movielensCsv(opening: Opening): Promise<DataLayout | undefined> {
  const { folder, collection } = opening
  const ratings = await findFile(folder, "ratings.csv")
  if (ratings === undefined) return undefined
  const header = (await firstLineOf(ratings)).split(",")
  const at = (name: string) => header.indexOf(name)
  if (["userId", "movieId", "rating", "timestamp"].some((name) => at(name) < 0)) return undefined
  const itemPath = await findFile(folder, "movies.csv")
  const items = itemPath && (await fieldTable({ path: itemPath, owner: "item", collection, delimiter: "," }))
  const file = {
    ...{ path: ratings, delimiter: ",", header: true },
    ...{ user: at("userId"), item: at("movieId"), rating: at("rating"), time: at("timestamp") },
  }
  return ratingLayout(opening, rated("movielens-csv", file, items, undefined, [itemPath]))
}

function rated(
  name: string,
  ratings: RatingFile,
  items: FieldTable | undefined | "",
  users: FieldTable | undefined | "",
  others: readonly (string | undefined)[],
): RatingSet {
  const files = [ratings.path, ...others].flatMap((path) => (path === undefined ? [] : [basename(path)]))
  return { name, ratings, items: items || undefined, users: users || undefined, files }
}

async function genreNames(path: string | undefined): Promise<readonly string[]> {
  if (path === undefined) return GENRES
  const names: string[] = []
  for await (const { lines } of lineBlocks(path)) for (const line of lines) if (line.includes("|")) names.push(line.split("|")[0]!)
  return names
}
