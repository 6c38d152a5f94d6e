import { InvalidArgument, random } from "../../core/index.ts"
import type { Negatives, UserItems } from "./negatives.ts"

/** How {@link hardNegatives} chooses. */
export interface HardNegativeOptions {
  readonly seed: number
  /** Negatives for each of a user's items; 4 without. */
  readonly perPositive?: number
  /** Items a model ranks for the user, best first, such as its top 200. */
  readonly ranked: (user: number) => ArrayLike<number>
  /** Best places that are left out: what a good model ranks that high and nobody chose yet is often right after all. 10 without. */
  readonly skip?: number
  /** Places after those that negatives are drawn from; 100 without. */
  readonly window?: number
}

/**
 * Negatives that are hard to tell from positives: drawn without replacement from the items a model ranks high for the user and he had nothing to
 * do with. Mix them with {@link sampleNegatives}; alone they teach only the top of the list.
 *
 * @returns `rates` hold the chance with which each was drawn from its window
 * @see Huang et al. 2020, arXiv:2006.11632, section 6.1
 */
export function hardNegatives(positives: UserItems, options: HardNegativeOptions): Negatives {
  const { seed, perPositive = 4, ranked, skip = 10, window = 100 } = options
  if (!(perPositive > 0 && skip >= 0 && window > 0)) {
    const came = `perPositive ${perPositive}, skip ${skip}, window ${window}`
    throw new InvalidArgument("hardNegatives", "perPositive and window above 0, skip of at least 0", came, "Leave them out.")
  }
  const chance = random(seed).split("hardNegatives")
  const [users, items, rates]: [number[], number[], number[]] = [[], [], []]
  for (let user = 0; user + 1 < positives.offsets.length; user++) {
    const own = new Set(positives.items.subarray(positives.offsets[user], positives.offsets[user + 1]))
    if (own.size === 0) continue
    const pool = Array.from(ranked(user))
      .filter((item) => !own.has(item))
      .slice(skip, skip + window)
    const draws = Math.min(pool.length, own.size * perPositive)
    for (let i = 0; i < draws; i++) {
      const j = i + chance.integer(pool.length - i)
      ;[pool[i], pool[j]] = [pool[j]!, pool[i]!]
      users.push(user)
      items.push(pool[i]!)
      rates.push(draws / pool.length)
    }
  }
  return { users: Uint32Array.from(users), items: Uint32Array.from(items), rates: Float32Array.from(rates) }
}
