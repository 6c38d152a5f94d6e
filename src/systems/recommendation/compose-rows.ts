/** A row that could stand on a page. */
export interface RowOffer {
  readonly kind: string
  /** What the row is about; two rows about the same are one too many. */
  readonly about?: string
  /** Places of its items in the page's list, in the row's order; may name items that other rows have too. */
  readonly members: ArrayLike<number>
}

/** A row of the page: which offer, and the places of its items. */
export interface ComposedRow<Offer extends RowOffer> {
  readonly offer: Offer
  readonly places: Uint32Array
}

/** Items of a row that its value is judged by: what is seen before one scrolls. */
const SEEN_AT_ONCE = 5
/** What a row counts after each row of its kind that stands already. */
const AGAIN = 0.8
/** Kinds whose rows stand however short they are. */
const ALWAYS = new Set(["continue", "your-list"])

/**
 * Makes a page of rows: kinds of `first` come first, then at each place the row that is likeliest to be used, its value the mean score of its
 * first five items not shown yet, times 0.8 for each row of its kind above it. Where nothing is scored, rows stand as offered.
 *
 * No item is in two rows: the upper one keeps it. No row is about what another is about, and none has fewer than `least` items.
 * @param scores - of the page's list by place, shape `[list]`; NaN = not scored
 */
export function composeRows<Offer extends RowOffer>(
  offers: readonly Offer[],
  scores: Float32Array,
  rules: { readonly first: readonly string[]; readonly most: number; readonly limit: number; readonly least: number },
): ComposedRow<Offer>[] {
  const taken = new Uint8Array(scores.length)
  const about = new Set<string>()
  const again = new Map<string, number>()
  const rows: ComposedRow<Offer>[] = []
  const open = new Set(offers)
  const fresh = ({ members }: Offer, most: number): Uint32Array => {
    const found = new Set<number>()
    for (let at = 0; at < members.length && found.size < most; at++) if (taken[members[at]!] === 0) found.add(members[at]!)
    return Uint32Array.from(found)
  }
  const place = (offer: Offer) => {
    open.delete(offer)
    if (offer.about !== undefined && about.has(offer.about)) return
    const places = fresh(offer, rules.limit)
    if (places.length === 0 || (places.length < rules.least && !ALWAYS.has(offer.kind))) return
    for (const one of places) taken[one] = 1
    if (offer.about !== undefined) about.add(offer.about)
    again.set(offer.kind, (again.get(offer.kind) ?? 0) + 1)
    rows.push({ offer, places })
  }
  for (const kind of rules.first) for (const offer of offers) if (offer.kind === kind && rows.length < rules.most) place(offer)
  while (open.size > 0 && rows.length < rules.most) {
    let best: Offer | undefined
    let bestValue = Number.NEGATIVE_INFINITY
    for (const offer of open) {
      const value = mean(scores, fresh(offer, SEEN_AT_ONCE)) * AGAIN ** (again.get(offer.kind) ?? 0)
      if (best === undefined || value > bestValue) {
        best = offer
        bestValue = Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value
      }
    }
    place(best!)
  }
  return rows
}

function mean(scores: Float32Array, places: Uint32Array): number {
  let sum = 0
  for (const place of places) sum += scores[place]!
  return places.length === 0 ? Number.NaN : sum / places.length
}
