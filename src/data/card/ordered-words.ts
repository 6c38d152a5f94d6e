/** Words that people put in an order, lowest first; alternatives share a place. */
const SCALES: readonly (readonly (string | readonly string[])[])[] = [
  ["never", "rarely", "sometimes", "often", "always"],
  ["strongly disagree", "disagree", ["neutral", "neither"], "agree", "strongly agree"],
  [["very bad", "terrible"], ["bad", "poor"], ["fair", "ok", "okay", "average"], "good", "very good", "excellent"],
  [["xxs"], ["xs"], ["s", "small"], ["m", "medium"], ["l", "large"], ["xl", "x-large", "extra large"], ["xxl"], ["xxxl"]],
  [["none"], ["very low"], "low", ["medium", "moderate", "mid", "normal"], "high", "very high", "critical"],
  [["info"], ["minor"], "warning", "error", "major", "critical", "fatal"],
  ["bronze", "silver", "gold", "platinum", "diamond"],
  ["cold", "cool", "mild", "warm", "hot"],
  ["primary", "secondary", ["bachelor", "bachelors"], ["master", "masters"], ["doctorate", "phd"]],
  [["beginner", "novice"], ["intermediate"], ["advanced"], ["expert"]],
  [["free"], ["basic"], ["standard"], ["premium"], ["enterprise"]],
  [["intern"], "junior", ["mid", "middle"], "senior", ["lead", "principal"]],
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => day),
  ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
  ["spring", "summer", ["autumn", "fall"], "winter"],
  ["f", "e", "d", "c", "b", "a"],
]

/**
 * The order of a column's words when they have one of their own: scales people use (`low`, `medium`, `high`; weekdays; sizes), or ranges and
 * amounts (`1 to 7`, `more than 30`, `3 years`, with `none` and `new` lowest).
 *
 * @param words - distinct words of the column
 * @returns the words, lowest first; undefined when they have no order that is known here
 */
export function orderOf(words: readonly string[]): readonly string[] | undefined {
  if (words.length < 3) return undefined
  for (const scale of SCALES) {
    const places = new Map(scale.flatMap((entry, place) => [entry].flat().map((word) => [word, place] as const)))
    if (words.every((word) => places.has(plain(word)))) return sortedBy(words, (word) => places.get(plain(word))!)
  }
  const amounts = words.map(amountOf)
  const isRange = words.some((word) => RANGE.test(plain(word)))
  if (!isRange || amounts.some((amount) => amount === undefined)) return undefined
  return sortedBy(words, (word) => amountOf(word)!)
}

const plain = (word: string) => word.trim().toLowerCase()
const sortedBy = (words: readonly string[], of: (word: string) => number) => [...words].sort((a, b) => of(a) - of(b) || (a < b ? -1 : 1))

const RANGE = /^(more than|less than|under|over|above|below|up to|at least|>|<)|\d\s*(to|-|–)\s*\d|\d\+$|\d\s+[a-z]+$/
const AMOUNT =
  /^(?<sign>more than|less than|under|over|above|below|up to|at least|>=?|<=?)?\s*(?<low>\d[\d,.]*)\s*(?:(?:to|-|–)\s*(?<high>\d[\d,.]*))?\s*(?<more>\+)?\s*(?<unit>[a-z]*)$/
const UNITS: Readonly<Record<string, number>> = { minute: 1 / 525_600, hour: 1 / 8760, day: 1 / 365, week: 7 / 365, month: 1 / 12, year: 1 }
const NOTHING = new Set(["none", "no", "new", "never", "no change", "zero"])

/**
 * The amount that a word stands for: the middle of a range, a little above or below an open end, 0 for `none` and `new`; durations in years when
 * a unit is named. Undefined when it is no amount.
 */
export function amountOf(word: string): number | undefined {
  const text = plain(word)
  if (NOTHING.has(text)) return 0
  const parts = AMOUNT.exec(text)?.groups
  if (parts === undefined) return undefined
  const number = (digits: string) => Number(digits.replaceAll(",", ""))
  const low = number(parts.low!)
  const middle = parts.high === undefined ? low : (low + number(parts.high)) / 2
  const open = /^(more|over|above|at least|>)/.test(parts.sign ?? "") || parts.more !== undefined ? 1.1 : parts.sign === undefined ? 1 : 0.9
  const unit = UNITS[parts.unit!.replace(/s$/, "")] ?? 1
  const amount = middle * open * unit
  return Number.isFinite(amount) ? amount : undefined
}
