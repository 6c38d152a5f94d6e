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

/** Edit distance in which two neighbouring letters swapped count once (optimal string alignment). */
function edits(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => new Array<number>(b.length + 1).fill(i))
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let least = Math.min(rows[i]![j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + (isSame ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1)
      rows[i]![j] = least
    }
  }
  return rows[a.length]![b.length]!
}
