import { InvalidArgument, type NumberColumn, type TableColumn, type WordColumn, wordColumn } from "../../core/index.ts"
import { keptPlaces } from "./label-encode.ts"

export interface VocabularyConfig {
  /** A word that occurs less often in training becomes "other", as unseen ones do. Default 1: all are kept. */
  readonly atLeast?: number
  /** Words kept at most, the most frequent ones. Default all. */
  readonly most?: number | null
  /** Codes by the alphabet (default), or in an order of one's own, such as small, medium, large; words not in it become other. */
  readonly order?: "alphabet" | readonly string[]
}

/** How the words of a column become codes: 1, 2 ... for the words kept, 0 for other, NaN for missing. */
export interface Vocabulary {
  /** Word of code `i + 1`. */
  readonly words: readonly string[]
  /** Codes of a column, shape `[rows]`. */
  encode(column: TableColumn): Float64Array
}

export const OTHER = "other"

/** Learns the words of a column. Numbers count as words, `3` as "3". */
export function fitVocabulary(column: TableColumn, config: Required<VocabularyConfig>): Vocabulary {
  if (typeof config.order !== "string") return vocabularyOf(config.order)
  const { codes, words } = asWords(column)
  const counts = new Map<string, number>()
  for (const code of codes) if (code >= 0) counts.set(words[code]!, (counts.get(words[code]!) ?? 0) + 1)
  const sorted = [...counts.keys()].sort()
  const kept = keptPlaces(
    sorted.map((word) => counts.get(word)!),
    config,
  )
  return vocabularyOf(kept.map((place) => sorted[place]!))
}

/** The vocabulary of these words. @throws {@link InvalidArgument} when one stands twice */
export function vocabularyOf(words: readonly string[]): Vocabulary {
  const codes = new Map(words.map((word, i) => [word, i + 1]))
  if (codes.size !== words.length)
    throw new InvalidArgument("vocabulary", "words that stand once", `${words.length - codes.size} twice`, "Remove them.")
  return {
    words,
    encode(column) {
      const read = asWords(column)
      const meaning = Float64Array.from(read.words, (word) => codes.get(word) ?? 0)
      return Float64Array.from(read.codes, (code) => (code < 0 ? Number.NaN : meaning[code]!))
    },
  }
}

/** Words of a column; numbers are written out. */
export function asWords(column: TableColumn): WordColumn {
  return column.kind === "word" ? column : writtenOut(column)
}

function writtenOut({ values }: NumberColumn): WordColumn {
  return wordColumn(Array.from(values, (value) => (Number.isNaN(value) ? null : String(value))))
}
