/** The known name closest to what was typed, when it is close enough to be a slip: at most a third of its letters differ. */
export function closest(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: edits(typed, name) })).sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined
}

/** Known names as a sentence, with the likely one first. */
export function hint(typed: string, known: readonly string[]): string {
  const likely = closest(typed, known)
  return likely === undefined ? "Check the spelling." : `Did you mean ${likely}?`
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    previous = row
  }
  return previous[b.length]!
}
