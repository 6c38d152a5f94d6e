import { expect, test } from "vitest"
import { field, type LogEntry, type LogRecord } from "../../core/index.ts"
import { dataCard } from "./data-card.ts"
import { renderDataCard } from "./render-data-card.ts"

const DAY = 86_400_000
const schema = { item: { title: field.text(), genres: field.categories(), year: field.number() }, user: { age: field.number() } }

async function* log(records: readonly LogRecord[]): AsyncGenerator<readonly LogEntry[]> {
  yield records.map((record, i) => ({ position: i + 1, time: record.timestamp as number, record }))
}
const click = (timestamp: number, user: string, item: string, more: object = {}): LogRecord => ({
  ...{ id: `${user}${item}${timestamp}`, timestamp, event: "interaction", item, type: "click", user },
  ...more,
})
const film = (item: string, fields: Record<string, string | number | string[] | null>): LogRecord => ({
  id: `f${item}`,
  timestamp: 0,
  event: "item",
  item,
  fields,
})

const records: LogRecord[] = [
  film("a", { title: "Alien", genres: ["Horror", "Sci-Fi"], year: 1979 }),
  film("b", { title: "Big", genres: ["Comedy"], year: 1988, extra: "x" }),
  film("b", { year: null }),
  { id: "u", timestamp: 0, event: "user", user: "u", fields: { age: 30 } },
  { id: "s", timestamp: DAY, event: "impression", system: "films", items: [{ id: "a" }, { id: "b" }], user: "u" },
  click(DAY, "u", "a", { request: "s" }),
  click(2 * DAY, "u", "a", { type: "rating", value: 4 }),
  click(2 * DAY, "v", "a", { type: "rating", value: 5 }),
  click(2 * DAY, "v", "c"),
  { id: "other", timestamp: DAY, event: "interaction", item: "z", collection: "books", type: "click", user: "u" },
]

test("counts what can be counted by hand", async () => {
  const card = await dataCard(log(records), { schema, collection: "items", duplicates: 2, rejected: 1 })
  expect(card).toMatchObject({
    ...{ records: 10, kinds: { impression: 1, interaction: 5, item: 3, user: 1 }, users: 2, items: 3, duplicates: 2, rejected: 1 },
    interactions: {
      count: 4,
      types: [
        { type: "click", count: 2, meanValue: null },
        { type: "rating", count: 2, meanValue: 4.5 },
      ],
      density: 4 / 6,
      perUser: { min: 2, median: 2, max: 2, mean: 2 },
      perItem: { min: 0, median: 1, max: 3 },
      longTail: { top1: 0.75, top10: 0.75, top20: 0.75 },
    },
    time: { from: "1970-01-01T00:00:00.000Z", to: "1970-01-03T00:00:00.000Z", days: 2, timeless: false },
    shown: { lists: 1, items: 2, labelRate: 0.5 },
    unknownFields: { extra: 1 },
  })
  const [title, genres, year] = card.itemFields
  expect(title).toMatchObject({ name: "title", missingRate: 0, numbers: { min: 3, max: 5, mean: 4 } })
  expect(genres).toMatchObject({ distinct: 3, top: [{ value: "Comedy", share: 1 / 3 }, { value: "Horror" }, { value: "Sci-Fi" }] })
  expect(year).toMatchObject({ missingRate: 0.5, numbers: { min: 1979, max: 1988 } })
  expect(JSON.parse(JSON.stringify(card))).toEqual(card)
})

test("data without times is said to be timeless, and nothing at all is no error", async () => {
  expect((await dataCard(log([click(5, "u", "a"), click(5, "v", "b")]), { schema })).time.timeless).toBe(true)
  const empty = await dataCard(log([]), { schema: { item: {} } })
  expect(empty).toMatchObject({ records: 0, users: 0, time: { from: null, timeless: false }, shown: { labelRate: null } })
  expect(renderDataCard(empty)).toContain("| time | none |")
})

test("Markdown for people", async () => {
  const text = renderDataCard(await dataCard(log(records), { schema, collection: "items" }), "Films")
  expect(text).toContain("# Films\n")
  expect(text).toContain("| rating | 2 | 4.5 |")
  expect(text).toContain("| genres | categories | 0 % | 1 .. 2 .. 2 long; 3 different: Comedy 33.3 %, Horror 33.3 %, Sci-Fi 33.3 % |")
  expect(text).toContain("| extra | 1 |")
})
