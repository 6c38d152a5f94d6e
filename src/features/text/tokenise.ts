import { casedToken, endsSentence } from "./casing.ts"
import type { Token, TokeniseOptions } from "./token.ts"

const WORD = String.raw`[\p{L}\p{M}\p{N}]`
/** Characters of scripts that put no space between words. */
const DENSE = String.raw`[${WORD}&&[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]`
const SPACED = String.raw`[${WORD}--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]`
/** What holds a word together: an apostrophe between letters, a point or comma between digits, points between single letters. */
const JOINS = [
  String.raw`(?<=\p{L}\p{M}*)['’](?=\p{L})`,
  String.raw`(?<=\p{N})[.,](?=\p{N})`,
  String.raw`(?<=(?<!${WORD})\p{L})\.(?=\p{L}(?!${WORD}))`,
]
const WORDS = new RegExp(`(?<dense>${DENSE}+)|${SPACED}+(?:(?:${JOINS.join("|")})${SPACED}+)*`, "gv")

/**
 * The words of a text, punctuation stripped.
 *
 * Unicode throughout: any script, NFKC, so that `ﬁ` is `fi` and full-width letters are letters. Chinese, Japanese, Thai, Lao, Khmer and Burmese
 * runs are cut into overlapping pairs of characters, as inverted indexes do, because that needs no dictionary and is the same everywhere.
 * A curly apostrophe becomes a straight one. Same text, same tokens, on every machine.
 */
export function tokenise(text: string, options: TokeniseOptions = {}): string[] {
  if (options.casing === undefined || options.casing === "lower") {
    const plain = asciiWords(text)
    if (plain !== undefined) return plain
  }
  return tokens(text, options).map((token) => token.text)
}

/** The same with the place of each word, for highlighting and for marking names. */
export function tokens(text: string, { casing = "lower", foldAccents = false }: TokeniseOptions = {}): Token[] {
  const found: Token[] = []
  let previous = ""
  let previousEnd = 0
  for (const match of text.matchAll(WORDS)) {
    const written = match[0]
    const start = match.index
    const normal = normalised(written, foldAccents)
    if (match.groups!.dense !== undefined) pushPairs(normal, written, start, found)
    else {
      const first = found.length === 0 || endsSentence(previous, text.slice(previousEnd, start))
      found.push({ text: casedToken(normal, casing, first), start, end: start + written.length })
    }
    previous = written
    previousEnd = start + written.length
  }
  return found
}

function normalised(word: string, foldAccents: boolean): string {
  const normal = word.normalize("NFKC").replaceAll("’", "'")
  return foldAccents
    ? normal
        .normalize("NFD")
        .replace(/\p{M}+/gu, "")
        .normalize("NFC")
    : normal
}

function pushPairs(normal: string, written: string, start: number, found: Token[]): void {
  const characters = Array.from(normal)
  if (characters.length < 3) {
    found.push({ text: normal, start, end: start + written.length })
    return
  }
  // Offsets hold while normalising changes no length, which is so for all but compatibility forms; those keep the whole run's.
  const exact = normal === written
  let at = start
  for (let i = 0; i + 1 < characters.length; i++) {
    const pair = characters[i]! + characters[i + 1]!
    found.push(exact ? { text: pair, start: at, end: at + pair.length } : { text: pair, start, end: start + written.length })
    at += characters[i]!.length
  }
}

/** Plain ASCII, lower-cased, by hand and five times as fast; undefined when the text has anything the rules above treat specially. */
function asciiWords(text: string): string[] | undefined {
  const words: string[] = []
  const lower = text.toLowerCase()
  const length = lower.length
  if (length !== text.length) return undefined
  let start = -1
  for (let i = 0; i <= length; i++) {
    const code = i === length ? 32 : lower.charCodeAt(i)
    if (code > 127 || ((code === 39 || code === 44 || code === 46) && joins(lower, i))) return undefined
    const isWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
    if (isWord && start < 0) start = i
    else if (!isWord && start >= 0) {
      words.push(lower.slice(start, i))
      start = -1
    }
  }
  return words
}

/** True when an apostrophe, comma or point stands between two letters or digits: the slow way decides. */
function joins(text: string, at: number): boolean {
  return /[a-z0-9]/.test(text.charAt(at - 1)) && /[a-z0-9]/.test(text.charAt(at + 1))
}
