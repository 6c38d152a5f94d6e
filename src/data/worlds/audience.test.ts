import { expect, test } from "vitest"
import type { Event } from "../../core/index.ts"
import { compileEventValidator } from "../validation/event-validator.ts"
import { demoFilms, filmSchema, inventedFilms, simulateAudience } from "./index.ts"

const START = Date.UTC(2026, 0, 5)
const catalogue = inventedFilms({ seed: 3, count: 300 })
const world = simulateAudience({ catalogue, seed: 5, start: START, users: 400, days: 30, uniformShare: 0.3 })
const events = [...world.events()]

const impressions = events.filter((event) => event.event === "impression")
const interactions = events.filter((event) => event.event === "interaction")

test("same seed, same events; another seed, others", () => {
  const options = { catalogue, start: START, users: 60, days: 5 }
  const first = JSON.stringify([...simulateAudience({ ...options, seed: 5 }).events()])
  expect(JSON.stringify([...simulateAudience({ ...options, seed: 5 }).events()])).toBe(first)
  expect(JSON.stringify([...simulateAudience({ ...options, seed: 6 }).events()])).not.toBe(first)
})

test("events come in order of time, with unique ids, within the days that are simulated", () => {
  const times = events.map((event) => event.timestamp as number)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times[0]).toBe(START)
  expect(times.at(-1)).toBeLessThan(world.description.end)
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
})

test("every event passes validation against the schema, without unknown fields", () => {
  const validator = compileEventValidator({ collections: { films: filmSchema }, now: () => world.description.end })
  expect(events.map((event) => validator.validate(event).error).filter((error) => error !== undefined)).toEqual([])
  expect([...validator.unknown.keys()]).toEqual([])
})

test("every film and every viewer is announced before anything happens with them", () => {
  const films = new Set<string>()
  const users = new Set<string>()
  const early: string[] = []
  for (const event of events) {
    if (event.event === "item") films.add(event.item)
    if (event.event === "user") users.add(event.user)
    if (event.event !== "interaction" && event.event !== "impression") continue
    const shown = event.event === "impression" ? event.items.map(({ id }) => id) : [event.item]
    if (!users.has(event.user!) || shown.some((film) => !films.has(film))) early.push(event.id)
  }
  expect(early).toEqual([])
  expect(films.size).toBe(300)
  expect(events.filter((event) => event.event === "item" && event.timestamp !== START)).toHaveLength(15)
})

test("everything says that it is simulated", () => {
  expect(world.description).toMatchObject({ simulated: true, note: expect.stringContaining("Simulated viewers and invented films") })
  const users = events.filter((event) => event.event === "user")
  expect(users.every((event) => event.fields.simulated === true)).toBe(true)
  const people = new Set([...users, ...impressions, ...interactions].map(({ user }) => user!))
  expect([...people].every((user) => /^sim-\d{4}$/.test(user))).toBe(true)
})

test("reactions belong to a page that showed the film, or to none", () => {
  const shown = new Map(impressions.map((event) => [event.request, new Set(event.items.map(({ id }) => id))]))
  const strays = interactions.filter(({ request, item }) => request !== undefined && !shown.get(request)!.has(item))
  expect(strays).toEqual([])
  const shares = interactions.filter(({ type }) => type === "watch").map(({ value }) => value!)
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...shares)).toBeLessThanOrEqual(1)
  expect(interactions.filter(({ request }) => request === undefined).length).toBeGreaterThan(100)
})

test("position bias can be read off the evenly drawn pages: clicks per place follow the examination curve", () => {
  const uniform = new Map<string | undefined, readonly string[]>()
  for (const { request, context, items } of impressions)
    if (context?.order === "uniform")
      uniform.set(
        request,
        items.map(({ id }) => id),
      )
  const clicks = new Float64Array(20)
  for (const { request, item, type } of interactions) {
    if (type === "click" && uniform.has(request)) clicks[uniform.get(request)!.indexOf(item)]! += 1
  }
  const group = (from: number, to: number) => {
    let seen = 0
    let expected = 0
    for (let place = from; place <= to; place++) {
      seen += clicks[place - 1]!
      expected += world.truth.examination(place)
    }
    return seen / expected
  }
  expect(uniform.size).toBeGreaterThan(500)
  const level = group(1, 20)
  const groups = [group(1, 1), group(2, 4), group(5, 10), group(11, 20)].map((value) => value / level)
  for (const value of groups) expect(Math.abs(value - 1)).toBeLessThan(0.15)
})

test("a ranker that knows taste beats popularity on what viewers truly open, and pages differ between viewers", () => {
  const watches = new Map<string, number>()
  for (const { item, type } of interactions) if (type === "watch") watches.set(item, (watches.get(item) ?? 0) + 1)
  const popular = [...watches]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 20)
    .map(([film]) => film)
  const { truth } = world
  let byTaste = 0
  let byPopularity = 0
  const firsts = new Set<string>()
  for (const user of truth.users) {
    const best = catalogue.films
      .map(({ id }) => ({ id, affinity: truth.affinity(user, id) }))
      .sort((a, b) => b.affinity - a.affinity)
      .slice(0, 20)
      .map(({ id }) => id)
    firsts.add(best[0]!)
    byTaste += truth.pageValue(user, best)
    byPopularity += truth.pageValue(user, popular)
  }
  expect(byTaste).toBeGreaterThan(1.3 * byPopularity)
  expect(firsts.size).toBeGreaterThan(20)
})

test("viewers watch to the end what they truly like", () => {
  const watched = new Map<string, Set<string>>()
  for (const { user, item, type, value } of interactions) {
    if (type === "watch" && value! > 0.8) watched.set(user!, (watched.get(user!) ?? new Set()).add(item))
  }
  let chosen = 0
  let all = 0
  for (const [user, films] of watched) {
    for (const film of films) chosen += world.truth.affinity(user, film) / films.size
    for (const film of catalogue.films) all += world.truth.affinity(user, film.id) / catalogue.films.length
  }
  expect((chosen - all) / watched.size).toBeGreaterThan(1)
})

test("the log holds what can be learned: films watched by the same viewers predict the last weeks better than popularity", () => {
  const cut = START + 20 * 86_400_000
  const early = new Map<string, Set<string>>()
  const late = new Map<string, Set<string>>()
  for (const { user, item, type, timestamp } of interactions) {
    if (type !== "watch") continue
    const part = (timestamp as number) < cut ? early : late
    part.set(user!, (part.get(user!) ?? new Set()).add(item))
  }
  const viewers = new Map<string, Set<string>>()
  for (const [user, films] of early) for (const film of films) viewers.set(film, (viewers.get(film) ?? new Set()).add(user))
  const cosine = (a: string, b: string) => {
    const [ofA, ofB] = [viewers.get(a)!, viewers.get(b)!]
    return [...ofA].filter((user) => ofB.has(user)).length / (Math.sqrt(ofA.size * ofB.size) + 5)
  }
  const hits = { neighbours: 0, popularity: 0 }
  for (const [user, seen] of [...early].slice(0, 150)) {
    const open = [...viewers.keys()].filter((film) => !seen.has(film))
    const top = (score: (film: string) => number) =>
      open
        .map((film) => ({ film, score: score(film) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 20)
        .filter(({ film }) => late.get(user)?.has(film)).length
    hits.popularity += top((film) => viewers.get(film)!.size)
    hits.neighbours += top((film) => [...seen].reduce((sum, other) => sum + cosine(film, other), 0))
  }
  expect(hits.neighbours).toBeGreaterThan(1.15 * hits.popularity)
})

test("some viewers leave for good and some come later", () => {
  const joined = events.filter((event) => event.event === "user" && (event.timestamp as number) > START + 86_400_000).length
  expect(joined).toBeGreaterThan(40)
  const lastWeek = new Set(impressions.filter((event) => (event.timestamp as number) > START + 23 * 86_400_000).map(({ user }) => user))
  expect(lastWeek.size).toBeLessThan(0.9 * new Set(impressions.map(({ user }) => user)).size)
})

test("answer: reactions to a page of any ranker, the same for the same request, better for a better page", () => {
  const user = world.truth.users[0]!
  const ranked = catalogue.films.map(({ id }) => id).sort((a, b) => world.truth.affinity(user, b) - world.truth.affinity(user, a))
  const clicks = (list: readonly string[]) => {
    let count = 0
    for (let request = 0; request < 400; request++) {
      count += world
        .answer(list, user, { request: `r${request}`, at: START })
        .filter((event) => event.event === "interaction" && event.type === "click").length
    }
    return count / 400
  }
  const best = ranked.slice(0, 10)
  const page = { request: "r1", at: START, placement: "home", session: "s1" }
  expect(world.answer(best, user, page)).toEqual(world.answer(best, user, page))
  expect(world.answer(best, user, page)[0]).toMatchObject({ event: "impression", request: "r1", session: "s1", items: { length: 10 } })
  expect(clicks(best)).toBeCloseTo(world.truth.pageValue(user, best), 0)
  expect(clicks(best)).toBeGreaterThan(clicks(ranked.slice(-10)) + 1)
  const seen: Event[] = []
  for (let request = 0; request < 50; request++)
    seen.push(...world.answer(best, user, { request: `r${request}`, at: START, watched: () => true }))
  expect(seen.filter((event) => event.event === "interaction" && event.type === "click").length).toBeLessThan(25)
})

test.each([
  { name: "an unknown user", act: () => world.truth.affinity("nobody", catalogue.films[0]!.id), message: /expected a user among/ },
  { name: "an unknown film", act: () => world.answer(["nothing"], "sim-0000", { request: "r", at: 0 }), message: /expected a film among/ },
  { name: "no users", act: () => simulateAudience({ catalogue, seed: 1, start: 0, users: 0 }), message: /positive whole number of users/ },
  { name: "a share above 1", act: () => simulateAudience({ catalogue, seed: 1, start: 0, newShare: 2 }), message: /newShare in \[0, 1\]/ },
])("$name is refused", ({ act, message }) => expect(act).toThrow(message))

test("the demo's size: 2,000 viewers and 60 days make 150,000 to 250,000 events, most of them interactions", async () => {
  const counts: Record<string, number> = {}
  let total = 0
  for (const event of simulateAudience({ catalogue: await demoFilms(1), seed: 1, start: START }).events()) {
    counts[event.event] = (counts[event.event] ?? 0) + 1
    total++
  }
  expect(total).toBeGreaterThan(150_000)
  expect(total).toBeLessThan(250_000)
  expect(counts.interaction).toBeGreaterThan(0.6 * total)
})
