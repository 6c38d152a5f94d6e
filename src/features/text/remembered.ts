/** Words kept with their answer; half of them are let go when there are more. */
const LIMIT = 100_000

/** The same function, its answers to recent words remembered: a text uses few words again and again. */
export function remembered(of: (word: string) => string): (word: string) => string {
  let recent = new Map<string, string>()
  let older = new Map<string, string>()
  return (word) => {
    let answer = recent.get(word)
    if (answer !== undefined) return answer
    answer = older.get(word) ?? of(word)
    if (recent.size >= LIMIT / 2) {
      older = recent
      recent = new Map()
    }
    recent.set(word, answer)
    return answer
  }
}
