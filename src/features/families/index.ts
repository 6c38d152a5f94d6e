import { age } from "./age.ts"
import { ageMatch } from "./age-match.ts"
import { boolean } from "./boolean.ts"
import { categories } from "./categories.ts"
import { category } from "./category.ts"
import { cosine } from "./cosine.ts"
import { counter } from "./counter.ts"
import { cross } from "./cross.ts"
import { decayed } from "./decayed.ts"
import { diversity } from "./diversity.ts"
import { external } from "./external.ts"
import { fieldMatch } from "./field-match.ts"
import { geoDistance } from "./geo-distance.ts"
import { groupLift } from "./group-lift.ts"
import { hashed } from "./hashed.ts"
import { jaccard } from "./jaccard.ts"
import { lastValue } from "./last-value.ts"
import { localTime } from "./local-time.ts"
import { movingRate } from "./moving-rate.ts"
import { newness } from "./newness.ts"
import { number } from "./number.ts"
import { oneHot } from "./one-hot.ts"
import { overlap } from "./overlap.ts"
import { pairHistory } from "./pair-history.ts"
import { popularity } from "./popularity.ts"
import { queryStats } from "./query-stats.ts"
import { rate } from "./rate.ts"
import { recency } from "./recency.ts"
import { recentValues } from "./recent-values.ts"
import { referer } from "./referer.ts"
import { relativeNumber } from "./relative-number.ts"
import { season } from "./season.ts"
import { similarity } from "./similarity.ts"
import { textMatch } from "./text-match.ts"
import { textStats } from "./text-stats.ts"
import { timeOfDay } from "./time-of-day.ts"
import { userAgent } from "./user-agent.ts"
import { userCategory } from "./user-category.ts"
import { vector } from "./vector.ts"
import { vectorMatch } from "./vector-match.ts"
import { visits } from "./visits.ts"

/** Every feature family by name: `families.number("year")`, `families.counter({ by: "item", types: ["click"], windows: ["1d", "all"] })`. */
export const families = {
  // Fields as they are.
  number,
  boolean,
  category,
  categories,
  oneHot,
  hashed,
  vector,
  textStats,
  external,
  // The moment and the place.
  timeOfDay,
  localTime,
  season,
  age,
  newness,
  geoDistance,
  referer,
  userAgent,
  // What happened, counted by item, user, session, query, field or pair.
  counter,
  decayed,
  rate,
  movingRate,
  recentValues,
  recency,
  popularity,
  visits,
  // A user's history with this item, its fields, its like.
  pairHistory,
  userCategory,
  overlap,
  similarity,
  jaccard,
  cosine,
  vectorMatch,
  lastValue,
  // A user's own fields beside those of the item, and beside the people who took it up.
  fieldMatch,
  ageMatch,
  groupLift,
  // The query's words, and combinations.
  queryStats,
  textMatch,
  cross,
  // The item beside the list it stands in.
  relativeNumber,
  diversity,
} as const
