import type { LogEntry, LogRecord } from "../../src/core/index.ts"
import { field } from "../../src/core/index.ts"
import { dataPage } from "../../src/data/index.ts"

const DAY = 86_400_000
const START = Date.parse("2026-01-01T00:00:00Z")
const genres = ["Comedy", "Drama", "Horror"]

/** Forty days of a small cinema: twelve films, a feature field with gaps, and tastes that turn to horror halfway. */
export function cinemaRecords(): LogRecord[] {
  const films = Array.from({ length: 12 }, (_, i): LogRecord => {
    const fields = {
      title: `A film called number ${i}`,
      genre: genres[i % 3]!,
      minutes: 80 + 7 * i,
      ...(i % 4 === 0 ? {} : { year: 1980 + i }),
    }
    return { id: `f${i}`, timestamp: START, event: "item", item: `f${i}`, fields }
  })
  const visits = Array.from({ length: 400 }, (_, i): LogRecord[] => {
    const timestamp = START + i * (DAY / 10)
    const isLate = i >= 200
    const film = isLate ? 3 * (i % 4) + (i % 5 === 0 ? 0 : 2) : (i * 7) % 12
    const who = { user: `u${i % 17}` }
    const shown: LogRecord = {
      id: `s${i}`,
      timestamp,
      event: "impression",
      system: "films",
      placement: i % 4 === 0 ? "item" : "home",
      items: [{ id: `f${film}` }, { id: "f1" }],
      ...who,
    }
    const type = i % 3 === 0 ? "rating" : "click"
    const value = type === "rating" ? { value: 1 + ((i * 3) % 5) } : {}
    const seen: LogRecord = {
      id: `c${i}`,
      timestamp: timestamp + 1000,
      event: "interaction",
      item: `f${film}`,
      type,
      request: `s${i}`,
      ...who,
      ...value,
    }
    return i % 2 === 0 ? [shown, seen] : [shown]
  })
  return [...films, ...visits.flat()]
}

/** Records as a log gives them, in batches. */
export async function* logOf(records: readonly LogRecord[], batch = 100): AsyncGenerator<readonly LogEntry[]> {
  const entries = records.map((record, i) => ({ position: i + 1, time: record.timestamp as number, record }))
  for (let from = 0; from < entries.length; from += batch) yield entries.slice(from, from + batch)
}

export const cinemaSchema = {
  item: { title: field.text(), genre: field.category(), minutes: field.number(), year: field.number() },
}

/** The data page of the cinema. */
export const fakeDataPage = await dataPage(() => logOf(cinemaRecords()), { schema: cinemaSchema, system: "films" })
