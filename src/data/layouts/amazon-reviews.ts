import { basename } from "node:path"
import { firstLineOf } from "../files/text-blocks.ts"
import { type DataLayout, findFile, type Opening } from "./layout.ts"
import { ratingLayout } from "./rating-layout.ts"

/** Product reviews: `reviews.tsv` with a header that names user, item, rating and unix_time; texts of reviews are not read. */
export async function amazonReviews(opening: Opening): Promise<DataLayout | undefined> {
  const path = await findFile(opening.folder, "reviews.tsv")
  if (path === undefined) return undefined
  const header = (await firstLineOf(path)).split("\t")
  const [user, item, rating, time] = ["user", "item", "rating", "unix_time"].map((name) => header.indexOf(name)) as [
    number,
    number,
    number,
    number,
  ]
  if (user < 0 || item < 0 || rating < 0 || time < 0) return undefined
  const ratings = { path, delimiter: "\t", header: true, user, item, rating, time }
  return ratingLayout(opening, { name: "amazon-reviews", ratings, files: [basename(path)] })
}
