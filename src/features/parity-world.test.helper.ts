import {
  candidates,
  createIdTable,
  field,
  type IdTable,
  type LogEntry,
  type LogRecord,
  type Matrix,
  random,
  type Schema,
  type StateTables,
} from "../core/index.ts"
import { memoryStore } from "../storage/index.ts"
import {
  type FeatureFactory,
  type FeatureSet,
  families,
  featureSet,
  type ReplayRead,
  type RequestRows,
  readOfServed,
  replay,
} from "./index.ts"

const DAY = 86_400_000
const START = 20_000 * DAY

export const schema = {
  item: {
    title: field.text(),
    price: field.number(),
    new: field.boolean(),
    director: field.category(),
    genre: field.categories(),
    released: field.time(),
    taste: field.vector(3),
    latitude: field.number(),
    longitude: field.number(),
    certificate: field.category(),
    languages: field.categories(),
  },
  user: { age: field.number(), country: field.category(), taste: field.vector(3), languages: field.categories() },
  context: { device: field.category() },
} satisfies Schema

const ctr = { name: "ctr", numerator: ["click"], denominator: ["impression"] } as const

/** Every family but `similarity`, whose function a release brings along, by the names a planted fault refers to. */
export const everyFamily: Readonly<Record<string, FeatureFactory>> = {
  price: families.number("price"),
  userAge: families.number("age", { of: "user" }),
  new: families.boolean("new"),
  director: families.category("director"),
  device: families.category("device", { of: "context" }),
  genre: families.categories("genre"),
  oneHot: families.oneHot("genre", ["crime", "drama"]),
  hashed: families.hashed("director", { buckets: 4 }),
  vector: families.vector("taste", { as: ["norm", "max"] }),
  textStats: families.textStats("title"),
  external: families.external("latitude", { maxAgeHours: 48 }),
  timeOfDay: families.timeOfDay(),
  localTime: families.localTime(),
  age: families.age("released"),
  newness: families.newness(),
  geo: families.geoDistance({ item: ["latitude", "longitude"], from: { of: "context", fields: ["lat", "lon"] } }),
  referer: families.referer(),
  userAgent: families.userAgent(),
  itemClicks: families.counter({ by: "item", types: ["click"], windows: ["1h", "1d", "all"] }),
  userClicks: families.counter({ by: "user", types: ["click"], windows: ["1h", "all"] }),
  likes: families.counter({ by: "item", types: ["like"], windows: ["1h", "1d"] }),
  directorClicks: families.counter({ by: "item.director", types: ["click"], windows: ["1d"] }),
  genreClicks: families.counter({ by: "item.genre", types: ["like"], windows: ["all"] }),
  countryClicks: families.counter({ by: "user.country", types: ["click"], windows: ["1d"] }),
  sessionClicks: families.counter({ by: "session", types: ["click"], windows: ["1h"] }),
  queryClicks: families.counter({ by: "query", types: ["click"], windows: ["1d"] }),
  queryItemClicks: families.counter({ by: "query+item", types: ["click"], windows: ["all"] }),
  pairClicks: families.counter({ by: "user+item", types: ["click"], windows: ["1d", "all"] }),
  fading: families.decayed({ by: "item", types: ["click"], halfLifeDays: 1 }),
  rate: families.rate({ ...ctr, by: "item", windows: ["1d", "all"], towards: "item.director" }),
  userRate: families.rate({ ...ctr, name: "answered", by: "user", denominator: ["served"], windows: ["all"] }),
  tasteRate: families.rate({ ...ctr, name: "taste", by: "user+item.director", windows: ["all"] }),
  watched: families.rate({ ...ctr, name: "watched", by: "item", numerator: ["watch"], sum: "value", windows: ["1d"] }),
  moving: families.movingRate({ ...ctr, by: "user" }),
  values: families.recentValues({ by: "user", types: ["watch"], windows: ["1d"], limit: 16 }),
  recency: families.recency({ by: "item", types: ["click"] }),
  popularity: families.popularity({ types: ["click"], windows: ["1d"] }),
  pair: families.pairHistory({ types: ["like"], windows: ["1d", "all"], limit: 32 }),
  userGenre: families.userCategory({ field: "genre", types: ["click"], windows: ["1h", "all"], limit: 32 }),
  genreOverlap: families.overlap("genre"),
  directorOverlap: families.overlap("director"),
  jaccard: families.jaccard("genre"),
  cosine: families.cosine("taste"),
  userVector: families.vectorMatch("taste", { with: { of: "user", field: "taste" } }),
  queryStats: families.queryStats(),
  textMatch: families.textMatch("title"),
  cross: families.cross(
    [
      { field: "director", of: "item" },
      { field: "device", of: "context" },
    ],
    { buckets: 8 },
  ),
  season: families.season(),
  visits: families.visits(),
  lastGenre: families.lastValue("genre"),
  lastDirector: families.lastValue("director"),
  language: families.fieldMatch("languages"),
  ageMatch: families.ageMatch({ item: "certificate", user: "age" }),
  ageLift: families.groupLift({ field: "age", types: ["like"] }),
  countryLift: families.groupLift({ field: "country", types: ["click", "watch"], from: { watch: 2 } }),
  relative: families.relativeNumber("price"),
  diversity: families.diversity("genre"),
}

/** The whole set, some families exchanged. */
export function everySet(ids: IdTable, exchanged: Readonly<Record<string, FeatureFactory>> = {}): FeatureSet {
  const chosen = Object.values({ ...everyFamily, ...exchanged })
  return featureSet({ families: chosen, ids, collection: "films", schema, history: { limit: 40 } })
}

/** What was served while events came in, and the log to replay it from. */
export interface ServedWorld {
  readonly log: ReturnType<typeof memoryStore>["log"]
  readonly served: readonly RequestRows[]
  readonly set: FeatureSet
  readonly tables: StateTables
  readonly ids: IdTable
  readonly entries: number
}

/** Events a request: some happen before each answer. */
const EVENTS_A_REQUEST = 2

/**
 * Answers `requests` requests while events come in, one in twenty late by up to three days: clicks, likes, watches, impressions with and
 * without words, items and users that change, sessions that log in. Nothing is deleted: a deletion rewrites the past that replay sees. Rows are
 * kept as they were served.
 */
export async function serveWorld(
  requests: number,
  make: (ids: IdTable) => FeatureSet = everySet,
  onRow?: (rows: RequestRows) => void,
): Promise<ServedWorld> {
  const ids = createIdTable()
  const set = make(ids)
  const store = memoryStore()
  const { tables } = await store.state.open(set.declarations, set.schemaHash)
  const chance = random(7)
  const served: RequestRows[] = []
  const people = Math.max(40, Math.round(requests / 100))
  const films = Math.max(60, Math.round(requests / 200))
  let now = START
  let id = 0

  const append = (record: Record<string, unknown>, time: number) => {
    const whole = { id: `e${id++}`, timestamp: time, ...record } as LogRecord
    for (const entry of store.log.append([{ record: whole, time }]).entries) set.observe(entry, tables)
  }
  const one = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!
  const film = () => `film${chance.integer(films)}`
  const user = () => `u${chance.integer(people)}`
  const who = () => {
    const draw = chance.next()
    const session = `s${chance.integer(people)}`
    return draw < 0.3 ? { session } : draw < 0.6 ? { user: user(), session } : { user: user() }
  }
  const place = { collection: "films" }
  const words = () => `${one(WORDS)} ${one(WORDS)}`
  const acts: readonly (() => Record<string, unknown>)[] = [
    () => ({ event: "interaction", type: "click", item: film(), ...place, ...who() }),
    () => ({ event: "interaction", type: "like", item: film(), ...place, ...who() }),
    () => ({ event: "interaction", type: "watch", value: chance.next() * 100, item: film(), ...place, ...who() }),
    () => ({
      event: "impression",
      system: "films",
      items: [film(), film()].map((item) => ({ id: item, ...place })),
      ...who(),
      ...(chance.next() < 0.5 ? { query: words() } : {}),
    }),
    () => ({ event: "item", item: film(), ...place, fields: itemFields() }),
    () => ({
      event: "user",
      user: user(),
      fields: { age: chance.integer(90), country: one(["FR", "DE", "JP"]), taste: taste(), languages: [one(LANGUAGES)] },
    }),
    () =>
      chance.next() < 0.2
        ? { event: "alias", from: `s${chance.integer(people)}`, to: user() }
        : { event: "item", item: film(), ...place, fields: { price: null } },
    () => ({ event: "interaction", type: "click", item: film(), ...place, ...who() }),
  ]
  const taste = () => [chance.normal(), chance.normal(), chance.normal()]
  const itemFields = () => ({
    title: `The ${words()} of ${one(WORDS)}`,
    price: chance.next() * 10,
    new: chance.next() < 0.5,
    director: `d${chance.integer(8)}`,
    genre: GENRES.filter(() => chance.next() < 0.4),
    released: START - chance.integer(1000) * DAY,
    taste: taste(),
    latitude: chance.next() * 180 - 90,
    longitude: chance.next() * 360 - 180,
    certificate: one(["G", "PG-13", "FSK 16", "not rated"]),
    languages: LANGUAGES.filter(() => chance.next() < 0.4),
  })
  for (let request = 0; request < requests; request++) {
    for (let i = 0; i < EVENTS_A_REQUEST; i++) {
      now += chance.integer(30_000)
      append(one(acts)(), chance.next() < 0.05 ? now - chance.integer(3 * DAY) : now)
    }
    const asked = {
      ...who(),
      context: {
        device: `device${chance.integer(3)}`,
        ...(chance.next() < 0.2 ? { daysToHoliday: chance.integer(9) } : {}),
        ...(chance.next() < 0.3 ? { country: one(["Chile", "US", "GB"]) } : {}),
        lat: chance.next() * 90,
        lon: chance.next() * 90,
        referer: one(REFERERS),
        userAgent: one(AGENTS),
      },
      ...(chance.next() < 0.3 ? { item: film() } : {}),
      ...(chance.next() < 0.5 ? { query: words() } : {}),
    }
    // More is considered than is served: features of a list compare with all of it.
    const considered = [...new Set(Array.from({ length: 6 }, film))]
    const names = considered.slice(0, 3)
    const list = candidates(considered.length)
    const seen = set.request(tables, { now, ...asked })
    list.collections.fill(seen.collection)
    considered.forEach((name, row) => {
      list.ids[row] = ids.collection("films").intern(name)
    })
    const rows = {
      requestId: `r${request}`,
      ids: list.ids.slice(0, names.length),
      values: firstRows(set.read(tables, seen, list), names.length),
    }
    if (onRow === undefined) served.push(rows)
    else onRow(rows)
    append(
      {
        event: "served",
        system: "films",
        items: names.map((name) => ({ id: name, ...place })),
        list: considered,
        scores: names.map(() => 0),
        release: "x",
        variant: "y",
        readAt: store.log.end,
        ...asked,
        id: `r${request}`,
      },
      now,
    )
  }
  return { log: store.log, served, set, tables, ids, entries: store.log.end }
}

/** Replays a log from its beginning and gives every request's rows as they come. */
export async function replayWorld(
  log: { read(): AsyncIterable<readonly LogEntry[]> },
  set: FeatureSet,
  ids: IdTable,
  onRows: (rows: RequestRows) => void,
): Promise<{ readonly entries: number; readonly reads: number }> {
  const reads: ReplayRead[] = []
  for await (const batch of log.read()) {
    for (const entry of batch) {
      const read = readOfServed(entry, "films")
      if (read !== undefined) reads.push(read)
    }
  }
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  return replay({
    entries: log.read(),
    set,
    tables,
    ids,
    at: reads,
    onRead: ({ read, candidates: list, rows }) => onRows({ requestId: read.requestId, ids: list.ids, values: rows }),
  })
}

function firstRows({ data, cols }: Matrix, rows: number): Matrix {
  return { data: data.slice(0, rows * cols), rows, cols }
}

const LANGUAGES = ["en", "fr", "ja"]
const GENRES = ["crime", "drama", "horror", "comedy", "western"]
const WORDS = ["heat", "night", "city", "river", "stone", "queen", "winter", "letters"]
const REFERERS = ["", "https://www.google.com/search?q=x", "https://shop.example/a", "https://t.co/x"]
const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
]
