import { expect, test } from "vitest"
import { DEVICE_KINDS, families, kilometres, parseUserAgent, REFERER_MEDIA, refererMedium, SYSTEMS } from "../index.ts"
import { HOUR, NOW, smallWorld } from "../small-world.test.helper.ts"

test("local time: hour, weekday, weekend and month on the clock of whoever asks", async () => {
  const world = await smallWorld([families.localTime({ utcOffsetMinutes: 60, offsetField: "offset" })])
  const at = (iso: string, context = {}) => world.ask(["heat"], { now: Date.parse(iso), context })[0]
  expect(at("2026-11-24T23:30:00Z")).toEqual({ "time.hour": 0, "time.weekday": 2, "time.weekend": 0, "time.month": 10 })
  expect(at("2026-11-29T10:00:00Z", { offset: -300 })).toEqual({ "time.hour": 5, "time.weekday": 6, "time.weekend": 1, "time.month": 10 })
  expect(at("1969-12-31T10:00:00Z")).toMatchObject({ "time.hour": 11, "time.weekday": 2 })
})

test.each([
  ["", "direct"],
  ["google.co.uk", "search"],
  ["m.facebook.com", "social"],
  ["t.co", "social"],
  ["mail.google.com", "email"],
  ["blog.shop.example", "internal"],
  ["news.example.org", "other"],
] as const)("the referring host %j is %s", (host, medium) => {
  expect(refererMedium(host, ["shop.example"])).toBe(medium)
})

test("referer: medium and host of an address, NaN for what is none", async () => {
  const world = await smallWorld([families.referer("referer", { own: ["shop.example"] })])
  const read = (referer?: string) => world.ask(["heat"], referer === undefined ? {} : { context: { referer } })[0]!
  expect(read("https://www.google.com/search?q=heat")["context.referer.medium"]).toBe(REFERER_MEDIA.indexOf("search"))
  expect(read("https://www.google.com/")["context.referer.host"]).toBe(read("http://GOOGLE.com:80/x")["context.referer.host"])
  expect(read("android-app://com.example.shop/x")["context.referer.medium"]).toBe(REFERER_MEDIA.indexOf("other"))
  expect(read("")).toEqual({ "context.referer.medium": 0, "context.referer.host": Number.NaN })
  expect(read()).toEqual({ "context.referer.medium": Number.NaN, "context.referer.host": Number.NaN })
  expect(read("not an address")["context.referer.medium"]).toBeNaN()
})

const AGENTS: readonly (readonly [agent: string, device: string, system: string, browser: string, version: number])[] = [
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "desktop",
    "Windows",
    "Chrome",
    131,
  ],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "desktop", "Windows", "Firefox", 133],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "desktop",
    "macOS",
    "Safari",
    18,
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "desktop",
    "Windows",
    "Microsoft Edge",
    131,
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "mobile",
    "iOS",
    "Safari",
    18,
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
    "tablet",
    "iOS",
    "Safari",
    16,
  ],
  [
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "mobile",
    "Android",
    "Chrome",
    131,
  ],
  [
    "Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
    "mobile",
    "Android",
    "Samsung Internet for Android",
    23,
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
    "desktop",
    "Linux",
    "Opera",
    115,
  ],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "other", "other", Number.NaN],
]

test.each(AGENTS)("user agent %s", (agent, device, system, browser, version) => {
  const found = parseUserAgent(agent)
  expect(found.device).toBe(device)
  if (device !== "bot") expect(found).toEqual({ device, system, browser, version })
})

test("user agent: codes by their place in the lists, NaN without one", async () => {
  const world = await smallWorld([families.userAgent()])
  const [row] = world.ask(["heat"], { context: { userAgent: AGENTS[4]![0] } })
  expect(row).toMatchObject({
    "context.userAgent.device": DEVICE_KINDS.indexOf("mobile"),
    "context.userAgent.system": SYSTEMS.indexOf("iOS"),
    "context.userAgent.version": 18,
  })
  expect(world.ask(["heat"])[0]!["context.userAgent.device"]).toBeNaN()
})

test("geo distance: Paris to London is 343.5 km, poles are half a turn apart, coordinates out of range are missing", async () => {
  expect(kilometres(48.8566, 2.3522, 51.5074, -0.1278)).toBeCloseTo(343.5, 0)
  expect(kilometres(90, 0, -90, 0)).toBeCloseTo(Math.PI * 6371.0088, 6)
  expect(kilometres(10, 20, 10, 20)).toBe(0)
  expect(kilometres(91, 0, 0, 0)).toBeNaN()
  const from = ["latitude", "longitude"] as const
  const world = await smallWorld([
    families.geoDistance({ item: from, from: { of: "context", fields: ["lat", "lon"] } }),
    families.geoDistance({ name: "home", item: from, from: { of: "user", fields: from } }),
  ])
  world.item("louvre", { latitude: 48.8606, longitude: 2.3376 })
  world.user("ann", { latitude: 51.5074, longitude: -0.1278 })
  const [row, nowhere] = world.ask(["louvre", "nowhere"], { user: "ann", context: { lat: 48.8606, lon: 2.3376 } })
  expect(row!["geo.km"]).toBe(0)
  expect(row!["home.km"]).toBeCloseTo(342.9, 0)
  expect(nowhere).toEqual({ "geo.km": Number.NaN, "home.km": Number.NaN })
})

test("beside the list: relative size, standing, deviation; equal numbers stand in the middle", async () => {
  const world = await smallWorld([families.relativeNumber("price"), families.diversity("genre")])
  world.item("a", { price: 1, genre: ["crime"] })
  world.item("b", { price: 2, genre: ["crime", "drama"] })
  world.item("c", { price: 5, genre: ["horror"] })
  const list = ["a", "b", "c", "d"]
  const [a, b, c, d] = world.ask(list)
  expect([a, b, c].map((row) => row!["price.relative"])).toEqual([0, 0.25, 1])
  expect(a!["price.standing"]).toBeCloseTo(1 / 6, 6)
  expect(c!["price.standing"]).toBeCloseTo(5 / 6, 6)
  expect(b!["price.deviation"]).toBeCloseTo((2 - 8 / 3) / Math.sqrt(26 / 9), 5)
  expect(d).toEqual({
    "price.relative": Number.NaN,
    "price.standing": Number.NaN,
    "price.deviation": Number.NaN,
    "genre.diversity": Number.NaN,
  })
  expect(a!["genre.diversity"]).toBeCloseTo(1 - 1 / 3, 6)
  expect(b!["genre.diversity"]).toBeCloseTo(1 - 1 / 6, 6)
  expect(c!["genre.diversity"]).toBe(1)
  expect(world.ask(["b"], { list })).toEqual([b])
  expect(world.ask(["a"])[0]).toMatchObject({
    "price.relative": 0.5,
    "price.standing": 0.5,
    "price.deviation": 0,
    "genre.diversity": Number.NaN,
  })
  expect(world.set.listwise).toBe(true)
})

test("a text field is matched by BM25, coverage and character runs, with counts as of that moment", async () => {
  const world = await smallWorld([families.textMatch("title")])
  world.item("heat", { title: "The heat of the night" }, NOW - 3 * HOUR)
  world.item("ronin", { title: "Ronin" }, NOW - 3 * HOUR)
  world.item("nights", { title: "Nights, nights and more nights" }, NOW - 3 * HOUR)
  // Search terms: heat night / ronin / night night more night (the, of, and are left out), mean length 7 / 3.
  const [heat, ronin, nights, none] = world.ask(["heat", "ronin", "nights", "none"], { query: "hot night" })
  const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
  const bm25 = (tf: number, length: number) => (idf * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * length) / (7 / 3)))
  expect(heat!["title.bm25"]).toBeCloseTo(bm25(1, 2), 5)
  expect(nights!["title.bm25"]).toBeCloseTo(bm25(3, 4), 5)
  expect(heat!["title.coverage"]).toBe(0.5)
  expect(ronin).toEqual({ "title.bm25": 0, "title.coverage": 0, "title.trigrams": 0 })
  expect(none!["title.bm25"]).toBeNaN()
  expect(world.ask(["heat"])[0]!["title.bm25"]).toBeNaN()
  expect(world.ask(["ronin"], { query: "ronni" })[0]!["title.trigrams"]).toBeGreaterThan(0.3)
  world.tell({ event: "delete", item: "nights" })
  world.item("heat", { title: "Heat" })
  const after = world.ask(["heat"], { query: "heat" })[0]!["title.bm25"]
  const rare = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
  expect(after).toBeCloseTo((rare * 2.2) / (1 + 1.2), 5)
})
