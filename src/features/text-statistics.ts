import { tokenise } from "./text/index.ts"

/** The shape of a text; see {@link textStatistics}. */
export interface TextStatistics {
  /** Code points. */
  readonly characters: number
  readonly words: number
  /** Mean code points a word, NaN without words. */
  readonly wordLength: number
  /** Shares of the characters that are digits, upper-case letters, and neither letter, digit nor space; 0 for an empty text. */
  readonly digits: number
  readonly capitals: number
  readonly symbols: number
}

/** Length and make-up of a text: titles in capitals, prices in a query, walls of text. */
export function textStatistics(text: string): TextStatistics {
  let characters = 0
  let digits = 0
  let capitals = 0
  let symbols = 0
  for (const character of text) {
    characters++
    if (/\p{N}/u.test(character)) digits++
    else if (/\p{Lu}/u.test(character)) capitals++
    else if (!/[\p{L}\p{M}\s]/u.test(character)) symbols++
  }
  const words = tokenise(text)
  const length = words.reduce((sum, word) => sum + Array.from(word).length, 0)
  const share = (count: number) => (characters === 0 ? 0 : count / characters)
  return {
    characters,
    words: words.length,
    wordLength: length / words.length,
    digits: share(digits),
    capitals: share(capitals),
    symbols: share(symbols),
  }
}
