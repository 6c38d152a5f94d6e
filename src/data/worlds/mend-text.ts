/**
 * Text whose ISO 8859-1 bytes were once read as Mac Roman, read right: `LÈon` becomes `Léon`.
 *
 * Plain ASCII comes back as it is, and so does text with a letter that Mac Roman has not, because then it was not garbled that way.
 */
export function mendText(text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text
  const letters = macRoman()
  let mended = ""
  for (const letter of text) {
    const right = letter < "\u0080" ? letter : letters.get(letter)
    if (right === undefined) return text
    mended += right
  }
  return mended
}

let table: ReadonlyMap<string, string> | undefined

/** Each letter of the upper half of Mac Roman to the letter that has its byte in ISO 8859-1; 0x85 is the dots Windows puts there. */
function macRoman(): ReadonlyMap<string, string> {
  if (table !== undefined) return table
  const decoder = new TextDecoder("macintosh")
  const pairs = new Map<string, string>()
  for (let byte = 0x80; byte <= 0xff; byte++) {
    pairs.set(decoder.decode(Uint8Array.of(byte)), byte === 0x85 ? "\u2026" : String.fromCharCode(byte))
  }
  table = pairs
  return pairs
}
