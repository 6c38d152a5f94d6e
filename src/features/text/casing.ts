import type { Casing } from "./token.ts"

/** The word in the asked casing; `first` says that a sentence begins with it. */
export function casedToken(word: string, casing: Casing, first: boolean): string {
  if (casing === "keep") return word
  if (casing === "lower") return word.toLowerCase()
  return first && !/\p{Lu}/u.test(Array.from(word).slice(1).join("")) ? word.toLowerCase() : word
}

const ABBREVIATIONS: ReadonlySet<string> = new Set(
  "mr mrs ms dr prof sr jr st vs no fig inc ltd co corp gen col sgt rev hon approx dept est al ca cf eg ie".split(" "),
)

/** True when what stands between two words ends a sentence: a point after an abbreviation such as `Mr` does not. */
export function endsSentence(previous: string, between: string): boolean {
  if (/[!?。！？…\n]|\.\s*\.|\.["”’')\]]/u.test(between)) return true
  return between.includes(".") && !ABBREVIATIONS.has(previous.toLowerCase()) && !/^\p{L}(\.\p{L})*$/u.test(previous)
}
