import { age } from "./age.ts"
import { categories } from "./categories.ts"
import { category } from "./category.ts"
import { cosine } from "./cosine.ts"
import { counter } from "./counter.ts"
import { jaccard } from "./jaccard.ts"
import { newness } from "./newness.ts"
import { number } from "./number.ts"
import { overlap } from "./overlap.ts"
import { rate } from "./rate.ts"
import { similarity } from "./similarity.ts"
import { timeOfDay } from "./time-of-day.ts"
import { userCategory } from "./user-category.ts"

/** Every feature family by name: `families.number("year")`, `families.counter({ by: "item", types: ["click"], windows: ["1d", "all"] })`. */
export const families = {
  number,
  category,
  categories,
  timeOfDay,
  age,
  newness,
  counter,
  userCategory,
  rate,
  overlap,
  similarity,
  jaccard,
  cosine,
} as const
