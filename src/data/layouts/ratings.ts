import { basename } from "node:path"
import { throwIfCancelled } from "../../core/index.ts"
import { csvBlocks } from "../files/csv.ts"
import { guessEpochMs } from "../validation/time.ts"

/** Where a ratings file keeps what, by column from 0. */
export interface RatingFile {
  readonly path: string
  readonly delimiter: string
  readonly header: boolean
  readonly user: number
  readonly item: number
  readonly rating: number
  readonly time: number
}

/** Ratings as columns in order of time; equal times stay in the order of the file. 20 bytes a rating beside the names. */
export interface Ratings {
  readonly length: number
  readonly userNames: readonly string[]
  readonly itemNames: readonly string[]
  readonly users: Uint32Array
  readonly items: Uint32Array
  readonly values: Float32Array
  readonly times: Float64Array
}

type Problem = { readonly file: string; readonly line: number; readonly reason: string }

/** Reads a whole ratings file. Rows that are none are told to `onProblem` and left out. */
export async function readRatings(file: RatingFile, onProblem: (problem: Problem) => void, signal?: AbortSignal): Promise<Ratings> {
  const users = codes()
  const items = codes()
  let columns = emptyColumns(65_536)
  let length = 0
  let first = file.header
  const width = Math.max(file.user, file.item, file.rating, file.time) + 1
  const name = basename(file.path)
  for await (const { records, lines, bad } of csvBlocks(file.path, { delimiter: file.delimiter, quotes: file.delimiter === ",", signal })) {
    throwIfCancelled(signal, `reading ${name}`)
    for (const { line, reason } of bad) onProblem({ file: name, line, reason })
    if (length + records.length > columns.times.length) columns = grown(columns, (length + records.length) * 2)
    for (let i = 0; i < records.length; i++) {
      if (first) {
        first = false
        continue
      }
      const row = records[i]!
      const time = guessEpochMs(row[file.time] ?? "")
      const value = Number(row[file.rating] || Number.NaN)
      if (row.length < width || row[file.user] === "" || row[file.item] === "" || !Number.isFinite(time) || !Number.isFinite(value)) {
        onProblem({
          file: name,
          line: lines[i]!,
          reason: `expected a user, an item, a rating and a time, came ${JSON.stringify(row.slice(0, 4))}`,
        })
        continue
      }
      columns.users[length] = users.of(row[file.user]!)
      columns.items[length] = items.of(row[file.item]!)
      columns.values[length] = value
      columns.times[length++] = time
    }
  }
  return { ...inOrderOfTime(columns, length), length, userNames: users.names, itemNames: items.names }
}

/**
 * The first time that belongs to the test part, so that about `share` of the newest ratings do and equal times stay together: every train time is
 * smaller than every test time. `Infinity` (nothing is held out) when all times are equal.
 */
export function cutTime({ times, length }: Ratings, share: number): number {
  if (length === 0) return Number.POSITIVE_INFINITY
  const cut = times[Math.min(length - 1, Math.floor(length * (1 - share)))]!
  if (cut > times[0]!) return cut
  for (let i = 0; i < length; i++) if (times[i]! > cut) return times[i]!
  return Number.POSITIVE_INFINITY
}

type Columns = Pick<Ratings, "users" | "items" | "values" | "times">

function emptyColumns(capacity: number): Columns {
  return {
    users: new Uint32Array(capacity),
    items: new Uint32Array(capacity),
    values: new Float32Array(capacity),
    times: new Float64Array(capacity),
  }
}

function grown(columns: Columns, capacity: number): Columns {
  const larger = emptyColumns(capacity)
  larger.users.set(columns.users)
  larger.items.set(columns.items)
  larger.values.set(columns.values)
  larger.times.set(columns.times)
  return larger
}

function inOrderOfTime(columns: Columns, length: number): Columns {
  const order = new Uint32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  order.sort((a, b) => columns.times[a]! - columns.times[b]! || a - b)
  const sorted = emptyColumns(length)
  for (let i = 0; i < length; i++) {
    const from = order[i]!
    sorted.users[i] = columns.users[from]!
    sorted.items[i] = columns.items[from]!
    sorted.values[i] = columns.values[from]!
    sorted.times[i] = columns.times[from]!
  }
  return sorted
}

/** Names to numbers from 0 in order of first sight. */
function codes(): { readonly names: readonly string[]; of(name: string): number } {
  const names: string[] = []
  const numbers = new Map<string, number>()
  return {
    names,
    of(name) {
      let number = numbers.get(name)
      if (number === undefined) {
        number = names.length
        numbers.set(name, number)
        names.push(name)
      }
      return number
    },
  }
}
