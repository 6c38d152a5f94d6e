import { InvalidArgument } from "../../core/index.ts"

/**
 * Runs of `from` to `to` words, joined by a space, in order of their start: `new york city` from 1 to 2 gives `new`, `new york`, `york`, `york city`, `city`.
 *
 * @throws {@link InvalidArgument} unless `1 <= from <= to`, both whole
 */
export function wordNgrams(tokens: readonly string[], from: number, to: number): string[] {
  checkSizes("wordNgrams", from, to)
  const found: string[] = []
  for (let start = 0; start < tokens.length; start++) {
    for (let size = from; size <= to && start + size <= tokens.length; size++) found.push(tokens.slice(start, start + size).join(" "))
  }
  return found
}

/**
 * Runs of `size` characters of a word between two marks for its ends: `trommel` by 3 begins `^tr`, `tro`. A word shorter than that is one run.
 * Characters are code points, so no emoji is cut in two.
 */
export function characterNgrams(word: string, size: number): string[] {
  checkSizes("characterNgrams", size, size)
  const characters = Array.from(`^${word}$`)
  if (characters.length <= size) return [characters.join("")]
  return Array.from({ length: characters.length - size + 1 }, (_, start) => characters.slice(start, start + size).join(""))
}

function checkSizes(where: string, from: number, to: number): void {
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= from) return
  throw new InvalidArgument(where, "whole sizes, 1 <= from <= to", `${from} to ${to}`, "Pass sizes such as 1 and 2.")
}
