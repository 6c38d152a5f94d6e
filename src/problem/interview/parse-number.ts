const factors: Readonly<Record<string, number>> = { "": 1, k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, b: 1e9, billion: 1e9 }

/** A number as people type it: `250000`, `250,000`, `250k`, `1.5 million`, with a unit behind it or not; `undefined` when it is none. */
export function parseNumber(text: string): number | undefined {
  const match = /^([0-9][0-9,_]*(?:\.[0-9]+)?(?:e[0-9]+)?)\s*([a-z]*)/i.exec(text.trim())
  if (match === null) return undefined
  const factor = factors[match[2]!.toLowerCase()] ?? 1
  const value = Number(match[1]!.replace(/[,_]/g, "")) * factor
  return Number.isFinite(value) ? value : undefined
}
