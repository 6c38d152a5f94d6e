import type { TokenLists } from "./content-neighbours.ts"

/** Token lists as typed arrays, with the words they stand for. */
export interface TokenTable extends TokenLists {
  /** The word of each token, in order of first sight; shape `[vocabulary]`. */
  readonly words: readonly string[]
}

/**
 * Numbers the words of items: what content neighbours are fitted on.
 *
 * @param items - the words of every item, by dense id: categories as they are, or what a tokeniser made of its text. Prefix words of
 * different fields (`genre:drama`) so that they stay apart.
 */
export function tokenLists(items: Iterable<Iterable<string>>): TokenTable {
  const numbers = new Map<string, number>()
  const offsets = [0]
  const tokens: number[] = []
  for (const words of items) {
    for (const word of words) {
      if (!numbers.has(word)) numbers.set(word, numbers.size)
      tokens.push(numbers.get(word)!)
    }
    offsets.push(tokens.length)
  }
  return { vocabulary: numbers.size, offsets: Uint32Array.from(offsets), tokens: Uint32Array.from(tokens), words: [...numbers.keys()] }
}
