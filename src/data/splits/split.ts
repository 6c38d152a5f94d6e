import { InvalidArgument, random } from "../../core/index.ts"

/** Rows of each part, as indexes in ascending order; every row is in one part. */
export interface Split {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

/** Shares of the whole, each in [0, 1) and together below 1; the rest is for training. */
export interface Shares {
  readonly validation?: number
  readonly test: number
}

/** What {@link collect} takes: the part of each row. */
export const TRAIN = 0
export const VALIDATION = 1
export const TEST = 2

/** Rows at random, each part exact to one row. @param rows - how many there are */
export function splitByRatio(rows: number, shares: Shares, { seed }: { readonly seed: number }): Split {
  const { validation, test } = checkedShares("splitByRatio", shares)
  const order = random(seed).split("splitByRatio").shuffle(counting(rows))
  const parts = new Uint8Array(rows)
  const tests = Math.round(rows * test)
  const validations = Math.min(rows - tests, Math.round(rows * validation))
  for (let i = 0; i < tests; i++) parts[order[i]!] = TEST
  for (let i = tests; i < tests + validations; i++) parts[order[i]!] = VALIDATION
  return collect(parts)
}

/**
 * The newest rows for test, those before them for validation. Equal times stay together, so that every train time is below every validation time
 * and those below every test time; the shares hold as nearly as that allows, and a part is empty when times are too few.
 *
 * @param times - of each row, finite; shape `[n]`
 */
export function splitByTime(times: ArrayLike<number>, shares: Shares): Split {
  const { validation, test } = checkedShares("splitByTime", shares)
  const sorted = Float64Array.from(times).sort()
  if (sorted.some((time) => !Number.isFinite(time))) {
    throw new InvalidArgument("splitByTime", "finite times", "NaN or Infinity", "Leave out rows without a time, or split by ratio.")
  }
  const testFrom = cut(sorted, test)
  const validationFrom = Math.min(testFrom, cut(sorted, test + validation))
  const parts = Uint8Array.from(times, (time) => (time >= testFrom ? TEST : time >= validationFrom ? VALIDATION : TRAIN))
  return collect(parts)
}

/** Whole users at random: nobody is in two parts. Shares are of the users. @param users - dense id of each row's user; shape `[n]` */
export function splitByUser(users: Uint32Array, shares: Shares, options: { readonly seed: number }): Split {
  return splitByGroup(users, shares, options)
}

/**
 * Whole groups at random: no user, device, document or card is in two parts. Shares are of the groups.
 *
 * @param groups - group of each row, in any ids; shape `[n]`
 */
export function splitByGroup(groups: ArrayLike<number | string>, shares: Shares, { seed }: { readonly seed: number }): Split {
  const present = [...new Set(Array.from(groups))].sort((a, b) => (a < b ? -1 : 1))
  const split = splitByRatio(present.length, shares, { seed })
  const partOf = new Map<number | string, number>()
  for (const i of split.validation) partOf.set(present[i]!, VALIDATION)
  for (const i of split.test) partOf.set(present[i]!, TEST)
  return collect(Uint8Array.from({ length: groups.length }, (_, row) => partOf.get(groups[row]!) ?? TRAIN))
}

/**
 * A share of every user's rows at random. Fractions are settled by chance, so that the shares hold over many users with few rows each; at least one
 * row of every user stays for training.
 */
export function splitPerUser(users: Uint32Array, shares: Shares, { seed }: { readonly seed: number }): Split {
  const { validation, test } = checkedShares("splitPerUser", shares)
  const chance = random(seed).split("splitPerUser")
  const parts = new Uint8Array(users.length)
  for (const rows of rowsByUser(users)) {
    chance.shuffle(rows)
    const held = Math.min(rows.length - 1, Math.floor(rows.length * (test + validation) + chance.next()))
    const share = test + validation === 0 ? 0 : test / (test + validation)
    const tests = Math.min(held, Math.floor(held * share + chance.next()))
    for (let i = 0; i < held; i++) parts[rows[i]!] = i < tests ? TEST : VALIDATION
  }
  return collect(parts)
}

/**
 * Every user's newest row for test and, when asked, the one before for validation; of equal times the later row counts as newer. At least one
 * row of every user stays for training, so users with one row have none held out.
 */
export function leaveLastOut(
  users: Uint32Array,
  times: ArrayLike<number>,
  { validation = false }: { readonly validation?: boolean } = {},
): Split {
  const parts = new Uint8Array(users.length)
  for (const rows of rowsByUser(users)) {
    rows.sort((a, b) => times[b]! - times[a]! || b - a)
    if (rows.length > 1) parts[rows[0]!] = TEST
    if (validation && rows.length > 2) parts[rows[1]!] = VALIDATION
  }
  return collect(parts)
}

/** The shares with their defaults. @throws {@link InvalidArgument} when they leave nothing to train on */
export function checkedShares(where: string, { validation = 0, test }: Shares): Required<Shares> {
  if (validation >= 0 && test >= 0 && validation + test < 1) return { validation, test }
  throw new InvalidArgument(
    where,
    "shares of at least 0 that leave something to train on",
    `test ${test}, validation ${validation}`,
    "Pass such as { test: 0.2 }.",
  )
}

/** The smallest time of the newest `share` of the rows: at least that of the second time there is, so that something is before it. */
function cut(sorted: Float64Array, share: number): number {
  const rows = Math.round(sorted.length * share)
  if (rows === 0) return Number.POSITIVE_INFINITY
  const time = sorted[sorted.length - rows]!
  return time > sorted[0]! ? time : (sorted.find((other) => other > time) ?? Number.POSITIVE_INFINITY)
}

function counting(length: number): Uint32Array {
  const numbers = new Uint32Array(length)
  for (let i = 0; i < length; i++) numbers[i] = i
  return numbers
}

/** Each user's rows in ascending order, by ascending user. */
function* rowsByUser(users: Uint32Array): Generator<Uint32Array> {
  const order = counting(users.length).sort((a, b) => users[a]! - users[b]! || a - b)
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && users[order[end]!] === users[order[start]!]) end++
    yield order.slice(start, end)
  }
}

/** The split in which each row has that part. */
export function collect(parts: Uint8Array): Split {
  const of = (part: number) => {
    const rows = new Uint32Array(parts.reduce((sum, other) => sum + (other === part ? 1 : 0), 0))
    let at = 0
    for (let row = 0; row < parts.length; row++) if (parts[row] === part) rows[at++] = row
    return rows
  }
  return { train: of(TRAIN), validation: of(VALIDATION), test: of(TEST) }
}
