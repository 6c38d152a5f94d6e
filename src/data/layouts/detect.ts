import { readdir, stat } from "node:fs/promises"
import { basename } from "node:path"
import { DEFAULT_COLLECTION, InvalidArgument, NotFound } from "../../core/index.ts"
import { amazonReviews } from "./amazon-reviews.ts"
import type { DataLayout, LayoutOptions, Opening } from "./layout.ts"
import { movielensImplicit } from "./movielens-implicit.ts"
import { movielens100k, movielensCsv, movielensDat } from "./movielens-ratings.ts"

/** Every arrangement of files that is known, with the files that tell it apart. The first that fits is taken. */
export const layouts: Readonly<
  Record<string, { readonly files: string; readonly open: (opening: Opening) => Promise<DataLayout | undefined> }>
> = {
  "movielens-implicit": { files: "train.txt and test.txt (a user and then its items on each line)", open: movielensImplicit },
  "movielens-100k": { files: "u.data (user, item, rating, seconds)", open: movielens100k },
  "movielens-dat": { files: "ratings.dat (user::item::rating::seconds)", open: movielensDat },
  "movielens-csv": { files: "ratings.csv (userId,movieId,rating,timestamp)", open: movielensCsv },
  "amazon-reviews": { files: "reviews.tsv (user, item, rating, unix_time)", open: amazonReviews },
}

/**
 * Recognises how a folder's files are arranged and opens it. Files may be packed with gzip.
 *
 * @throws {@link NotFound} when there is no such folder, {@link InvalidArgument} listing the known layouts when it fits none
 */
export async function detectLayout(folder: string, options: LayoutOptions = {}): Promise<DataLayout> {
  const where = `data folder ${basename(folder)}`
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new NotFound(where, "a folder", "none", "Check the path.")
  const { collection = DEFAULT_COLLECTION, type = "interaction", testShare = 0.2, relevantFrom = 4 } = options
  if (!(testShare > 0 && testShare < 1)) throw new InvalidArgument("testShare", "a share in (0, 1)", String(testShare), "Pass such as 0.2.")
  for (const { open } of Object.values(layouts)) {
    const layout = await open({ folder, collection, type, testShare, relevantFrom })
    if (layout !== undefined) return layout
  }
  const known = Object.entries(layouts).map(([name, { files }]) => `${name}: ${files}`)
  const names = (await readdir(folder)).slice(0, 10).join(", ")
  throw new InvalidArgument(where, `one of ${known.join("; ")}`, names || "an empty folder", "Rename the files, or import them as events.")
}
