import { InvalidArgument } from "../core/index.ts"

/** How many of all users know an item, in `(0, 1]`; 0 for an item nobody touched. */
export type PopularityShare<Id> = (id: Id) => number

/**
 * Novelty of a list: the mean self-information `-log2(share of users who know the item)` of its first `k` items, in bits.
 *
 * @param floor - share taken for an item nobody touched, such as `1 / users`, so that the value stays finite
 * @returns a value >= 0; `0` for an empty list
 * @throws {@link InvalidArgument} on a floor outside `(0, 1]`
 * @see Zhou et al. 2010, doi:10.1073/pnas.1000488107
 */
export function noveltyBits<Id>(list: readonly Id[], shareOf: PopularityShare<Id>, floor: number, k = list.length): number {
  if (!(floor > 0 && floor <= 1)) throw new InvalidArgument("noveltyBits", "a floor in (0, 1]", String(floor), "Pass 1 / users.")
  const end = Math.min(k, list.length)
  let bits = 0
  for (let i = 0; i < end; i++) bits -= Math.log2(Math.max(floor, Math.min(1, shareOf(list[i]!))))
  return end === 0 ? 0 : bits / end
}

/**
 * Popularity bias of a list: the mean popularity of what was recommended over the mean popularity of what the user chose before.
 *
 * @returns 1 when the list is as popular as the user's own taste, above 1 when it pushes towards the popular; `null` without history or list
 * @see Abdollahpouri et al. 2019, arXiv:1907.13286
 */
export function popularityBias<Id>(list: readonly Id[], history: readonly Id[], shareOf: PopularityShare<Id>): number | null {
  const taste = meanShare(history, shareOf)
  return list.length === 0 || !(taste > 0) ? null : meanShare(list, shareOf) / taste
}

function meanShare<Id>(ids: readonly Id[], shareOf: PopularityShare<Id>): number {
  let sum = 0
  for (const id of ids) sum += shareOf(id)
  return ids.length === 0 ? 0 : sum / ids.length
}
