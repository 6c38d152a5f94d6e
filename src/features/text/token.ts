/** A word of a text and where it stands: `text.slice(start, end)` is the word as it was written. */
export interface Token {
  /** The word, normalised (NFKC) and cased as asked. */
  readonly text: string
  /** Offsets in UTF-16 code units. */
  readonly start: number
  readonly end: number
}

/**
 * What becomes of capitals. `lower` lower-cases everything; `keep` leaves words as written, which is what names are found by; `proper` keeps the
 * capitals of a word inside a sentence and lower-cases the first word of one, unless it has a capital further in (`iPhone`, `NATO`).
 */
export type Casing = "lower" | "keep" | "proper"

/** How {@link tokenise} cuts. */
export interface TokeniseOptions {
  /** Default `lower`. */
  readonly casing?: Casing
  /** Take accents off: `café` is `cafe`. Default false. */
  readonly foldAccents?: boolean
}
