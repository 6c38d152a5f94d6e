import { type BundleReader, type BundleWriter, Corrupt, InvalidArgument } from "../core/index.ts"
import { Accumulator, type LeaveOut } from "./accumulator.ts"
import type { Scored } from "./scored.ts"

/** Tokens of every item: item `i` has `tokens[offsets[i] .. offsets[i + 1])`, in any order, repeated when it has one more than once. */
export interface TokenLists {
  /** Tokens there are; every token is in `[0, vocabulary)`. */
  readonly vocabulary: number
  /** Shape `[items + 1]`. */
  readonly offsets: Uint32Array
  readonly tokens: Uint32Array
}

/** What {@link ContentNeighbours} is made of: weights of an item's tokens, and for each token the items that have it. */
interface Tables {
  readonly idf: Float32Array
  readonly offsets: Uint32Array
  readonly tokens: Uint32Array
  readonly weights: Float32Array
  readonly postingOffsets: Uint32Array
  readonly postingItems: Uint32Array
  readonly postingWeights: Float32Array
}

/**
 * Items alike by their words and categories: cosine of TF-IDF vectors, looked up through postings.
 *
 * A token's weight is `(1 + ln tf) (1 + ln((1 + items) / (1 + df)))`, each item's vector scaled to length 1. Works for an item nobody
 * has touched yet. Time is that of the postings of the tokens asked for; tokens that more than 4,096 items and one in twenty have are not
 * walked. Synchronous; nothing is allocated but the answer.
 * @see Salton & Buckley 1988, doi:10.1016/0306-4573(88)90021-0
 */
export class ContentNeighbours {
  readonly #tables: Tables
  readonly #sums: Accumulator
  readonly #profile: Accumulator
  /** Weights by token of the item that was compared last, 0 elsewhere. */
  readonly #spreadWeights: Float32Array
  #spreadItem = -1

  private constructor(tables: Tables) {
    this.#tables = tables
    this.#sums = new Accumulator(tables.offsets.length - 1)
    this.#profile = new Accumulator(tables.idf.length)
    this.#spreadWeights = new Float32Array(tables.idf.length)
  }

  /** @throws {@link InvalidArgument} on a token outside the vocabulary or offsets that do not ascend to the number of tokens */
  static fit(lists: TokenLists): ContentNeighbours {
    return new ContentNeighbours(finish(tables(lists)))
  }

  /** The same with pauses: `pause` is awaited after every few thousand items, so that requests are answered meanwhile. */
  static async fitSlowly(lists: TokenLists, pause: () => Promise<void>): Promise<ContentNeighbours> {
    const making = tables(lists)
    for (;;) {
      const { done, value } = making.next()
      if (done) return new ContentNeighbours(value)
      await pause()
    }
  }

  get items(): number {
    return this.#tables.offsets.length - 1
  }

  /** Bytes of the tables and of what a look-up works with. */
  get bytes(): number {
    const tables = Object.values(this.#tables).reduce((sum, table) => sum + table.byteLength, 0)
    return tables + this.#sums.bytes + this.#profile.bytes + this.#spreadWeights.byteLength
  }

  /** The `k` items most like one, itself left out; none for an unknown item. Scores are cosines in `[0, 1]`. */
  similar(item: number, k: number, options: LeaveOut = {}): Scored {
    return this.forHistory([item], k, options)
  }

  /**
   * The `k` items most like a history as a whole, those in it left out. The profile is the weighted sum of its vectors, scaled to length 1.
   *
   * @param history - dense ids; unknown ones add nothing
   * @param options - `weights`, one an entry (1 when absent), and what else to leave out
   */
  forHistory(history: ArrayLike<number>, k: number, options: LeaveOut & { readonly weights?: ArrayLike<number> } = {}): Scored {
    this.#fillProfile(history, options.weights)
    this.#search()
    for (let i = 0; i < history.length; i++) if (history[i]! < this.items) this.#sums.leaveOut(history[i]!)
    return this.#sums.take(k, options)
  }

  /** How much given items are like a history as a whole, cosines in `[0, 1]`, shape `[items.length]`: time is that of those items alone. */
  likeness(history: ArrayLike<number>, items: ArrayLike<number>, out = new Float32Array(items.length)): Float32Array {
    const { offsets, tokens, weights } = this.#tables
    this.#fillProfile(history)
    const scale = this.#profileScale()
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!
      let sum = 0
      if (item < this.items)
        for (let at = offsets[item]!; at < offsets[item + 1]!; at++) sum += this.#profile.at(tokens[at]!) * weights[at]!
      out[i] = Math.min(1, sum * scale)
    }
    this.#profile.clear()
    return out
  }

  /** The `k` items most like a list of tokens, such as those of an item newer than the index; unknown tokens add nothing. */
  forTokens(tokens: ArrayLike<number>, k: number, options: LeaveOut = {}): Scored {
    const { idf } = this.#tables
    for (let i = 0; i < tokens.length; i++) if (tokens[i]! < idf.length) this.#profile.add(tokens[i]!, 1)
    this.#profile.each((token, count) => this.#profile.set(token, (1 + Math.log(count)) * idf[token]!))
    this.#search()
    return this.#sums.take(k, options)
  }

  /** Cosine of two items in `[0, 1]`, 0 when one is unknown or has no token; for diversity. */
  similarity(a: number, b: number): number {
    if (!(a < this.items && b < this.items)) return 0
    const { offsets, tokens, weights } = this.#tables
    if (a !== this.#spreadItem) this.#spread(a)
    let sum = 0
    for (let at = offsets[b]!; at < offsets[b + 1]!; at++) sum += this.#spreadWeights[tokens[at]!]! * weights[at]!
    return Math.min(1, sum)
  }

  save(bundle: BundleWriter): void {
    const { idf, offsets, tokens, weights } = this.#tables
    for (const [name, values] of Object.entries({ idf, offsets, tokens, weights })) bundle.array(name, values)
  }

  /** @throws {@link Corrupt} when what was saved does not fit together */
  static load(bundle: BundleReader): ContentNeighbours {
    const idf = Float32Array.from(bundle.array("idf"))
    const offsets = Uint32Array.from(bundle.array("offsets"))
    const tokens = Uint32Array.from(bundle.array("tokens"))
    const weights = Float32Array.from(bundle.array("weights"))
    if (weights.length !== tokens.length || offsets.at(-1) !== tokens.length || tokens.some((token) => token >= idf.length)) {
      throw new Corrupt("content neighbours", `${offsets.at(-1)} weights`, String(weights.length), "Train the release again.")
    }
    return new ContentNeighbours(finish(postings({ idf, offsets, tokens, weights })))
  }

  /** Writes the weights of an item by token, so that many others are compared with it one after the other. */
  #spread(item: number): void {
    const { offsets, tokens, weights } = this.#tables
    const before = this.#spreadItem
    if (before >= 0) for (let at = offsets[before]!; at < offsets[before + 1]!; at++) this.#spreadWeights[tokens[at]!] = 0
    for (let at = offsets[item]!; at < offsets[item + 1]!; at++) this.#spreadWeights[tokens[at]!] = weights[at]!
    this.#spreadItem = item
  }

  #fillProfile(history: ArrayLike<number>, shares?: ArrayLike<number>): void {
    const { offsets, tokens, weights } = this.#tables
    for (let i = 0; i < history.length; i++) {
      const item = history[i]!
      if (!(item < this.items)) continue
      const share = shares === undefined ? 1 : shares[i]!
      for (let at = offsets[item]!; at < offsets[item + 1]!; at++) this.#profile.add(tokens[at]!, share * weights[at]!)
    }
  }

  /** What the profile is multiplied by to have length 1; 0 for an empty one. */
  #profileScale(): number {
    let squares = 0
    this.#profile.each((_, weight) => {
      squares += weight * weight
    })
    return squares > 0 ? 1 / Math.sqrt(squares) : 0
  }

  /** Scales the profile to length 1, walks the postings of its tokens and clears it. */
  #search(): void {
    const { postingOffsets, postingItems, postingWeights } = this.#tables
    const sums = this.#sums
    const scale = this.#profileScale()
    this.#profile.each((token, weight) => {
      if (isCommon(postingOffsets[token + 1]! - postingOffsets[token]!, this.items)) return
      const share = weight * scale
      for (let at = postingOffsets[token]!; at < postingOffsets[token + 1]!; at++) sums.add(postingItems[at]!, share * postingWeights[at]!)
    })
    this.#profile.clear()
  }
}

/** A token of more items than these and than one in twenty says next to nothing of them, and walking its postings would be most of a request's time. */
const COMMON = 4096
const isCommon = (postings: number, items: number) => postings > Math.max(COMMON, items / 20)

/** Items between two pauses of a slow fit: a few milliseconds. */
const SLICE = 4096

function finish(making: Generator<void, Tables, void>): Tables {
  for (;;) {
    const { done, value } = making.next()
    if (done) return value
  }
}

/** Everything of an index, with a pause after every slice of items. */
function* tables(lists: TokenLists): Generator<void, Tables, void> {
  return yield* postings(yield* weigh(lists))
}

/** Distinct tokens of each item, ascending, with their weights. */
function* weigh(lists: TokenLists): Generator<void, Pick<Tables, "idf" | "offsets" | "tokens" | "weights">, void> {
  const { vocabulary, offsets: from, tokens: given } = lists
  const items = from.length - 1
  const bad = given.findIndex((token) => token >= vocabulary)
  if (bad >= 0) throw refuse(`tokens in [0, ${vocabulary})`, `${given[bad]} at ${bad}`)
  if (items < 0 || from[items] !== given.length || from.some((offset, at) => at > 0 && offset < from[at - 1]!)) {
    throw refuse(`offsets that ascend to ${given.length}`, `${items + 1} offsets, the last ${from.at(-1) ?? "none"}`)
  }
  const offsets = new Uint32Array(items + 1)
  const tokens = new Uint32Array(given.length)
  const weights = new Float32Array(given.length)
  const documents = new Uint32Array(vocabulary)
  let end = 0
  for (let item = 0; item < items; item++) {
    if (item % SLICE === SLICE - 1) yield
    const begin = end
    for (const token of given.slice(from[item], from[item + 1]).sort()) {
      if (end === begin || tokens[end - 1] !== token) {
        tokens[end++] = token
        documents[token]!++
      }
      weights[end - 1]!++
    }
    offsets[item + 1] = end
  }
  const idf = Float32Array.from(documents, (count) => 1 + Math.log((1 + items) / (1 + count)))
  for (let item = 0; item < items; item++) {
    let squares = 0
    for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
      weights[at] = (1 + Math.log(weights[at]!)) * idf[tokens[at]!]!
      squares += weights[at]! ** 2
    }
    for (let at = offsets[item]!; at < offsets[item + 1]!; at++) weights[at]! /= Math.sqrt(squares)
  }
  return { idf, offsets, tokens: tokens.slice(0, end), weights: weights.slice(0, end) }
}

/** Adds the inverted lists: for each token its items, ascending. */
function* postings(tables: Pick<Tables, "idf" | "offsets" | "tokens" | "weights">): Generator<void, Tables, void> {
  const { idf, offsets, tokens, weights } = tables
  const postingOffsets = new Uint32Array(idf.length + 1)
  for (const token of tokens) postingOffsets[token + 1]!++
  for (let token = 0; token < idf.length; token++) postingOffsets[token + 1]! += postingOffsets[token]!
  const next = postingOffsets.slice()
  const postingItems = new Uint32Array(tokens.length)
  const postingWeights = new Float32Array(tokens.length)
  for (let item = 0; item + 1 < offsets.length; item++) {
    if (item % SLICE === SLICE - 1) yield
    for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
      const place = next[tokens[at]!]!++
      postingItems[place] = item
      postingWeights[place] = weights[at]!
    }
  }
  return { ...tables, postingOffsets, postingItems, postingWeights }
}

function refuse(expected: string, came: string): InvalidArgument {
  return new InvalidArgument("ContentNeighbours", expected, came, "Build the lists with tokenLists.")
}
