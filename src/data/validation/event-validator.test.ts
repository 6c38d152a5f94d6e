import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { field, InvalidArgument } from "../../core/index.ts"
import { compileEventValidator, validateEvent } from "./event-validator.ts"

const NOW = Date.UTC(2026, 10, 24)
const DAY = 86_400_000
const films = {
  item: {
    title: field.text({ required: true }),
    genres: field.categories(),
    year: field.number({ range: [1888, 2100] }),
    vector: field.vector(2),
    seen: field.boolean(),
    released: field.time(),
  },
  user: { age: field.number({ range: [0, 130] }), email: field.category({ personal: "hash" }), name: field.text({ personal: "drop" }) },
  context: { device: field.category() },
}
const options = { collections: { films }, now: () => NOW, personalKey: "a key of some length" }
const click = { id: "e1", timestamp: NOW, event: "interaction", item: "i1", type: "click", user: "u1" }
const film = { id: "e2", timestamp: NOW, event: "item", item: "i1", collection: "films", fields: { title: "Alien" } }

const every = [
  click,
  { ...click, collection: "films", session: "s", value: 0.5, request: "r1" },
  film,
  { id: "e3", timestamp: "2026-11-23T10:00:00Z", event: "user", user: "u1", fields: { age: 33 } },
  {
    id: "e4",
    timestamp: NOW,
    event: "impression",
    system: "films",
    items: [{ id: "i1" }, { id: "i2", collection: "films" }],
    request: "r1",
    placement: "home",
    offset: 20,
    query: "alien",
    context: { device: "phone" },
    session: "s1",
  },
  { id: "e5", timestamp: NOW, event: "judgement", system: "films", query: "alien", item: "i1", grade: 3, rater: "me" },
  { id: "e6", timestamp: NOW, event: "alias", from: "s1", to: "u1" },
  { id: "e7", timestamp: NOW, event: "delete", user: "u1" },
]

test.each(every)("a valid event passes unchanged: $event $id", (event) => {
  const { ok } = validateEvent(event, options)
  expect(ok).toEqual({ record: event, time: typeof event.timestamp === "number" ? NOW : Date.UTC(2026, 10, 23, 10) })
  expect(ok?.record).not.toBe(event)
})

test("served records are the engine's own, unless a log is read back", () => {
  const served = {
    ...{ id: "r1", timestamp: NOW, event: "served", system: "films", items: [{ id: "i1" }], scores: [0.5] },
    ...{ release: "r", variant: "live", readAt: 7, user: "u1" },
  }
  expect(validateEvent(served, options).error?.where).toBe("event.event")
  expect(validateEvent(served, { ...options, served: true }).ok?.record).toEqual(served)
  expect(validateEvent({ ...served, scores: [1, 2] }, { ...options, served: true }).error?.where).toBe("event.scores")
})

test.each([
  { name: "no object", event: 5, where: "events[3]", expected: "a JSON object" },
  { name: "no id", event: { ...click, id: undefined }, where: "events[3].id", expected: "text of 1 to 256 characters" },
  { name: "a number for an id", event: { ...click, user: 7 }, where: "events[3].user", expected: "an id as text" },
  {
    name: "an id with a line break",
    event: { ...click, item: "a\nb" },
    where: "events[3].item",
    expected: "text that is the same in UTF-8, without control characters",
  },
  {
    name: "half a surrogate pair",
    event: { ...click, item: "\ud800x" },
    where: "events[3].item",
    expected: "text that is the same in UTF-8, without control characters",
  },
  { name: "a long id", event: { ...click, item: "x".repeat(257) }, where: "events[3].item", expected: "at most 256 characters" },
  {
    name: "an unknown kind",
    event: { ...click, event: "clik" },
    where: "events[3].event",
    expected: "one of alias, delete, impression, interaction, item, judgement, user",
  },
  {
    name: "a kind from the prototype",
    event: { ...click, event: "constructor" },
    where: "events[3].event",
    expected: "one of alias, delete, impression, interaction, item, judgement, user",
  },
  {
    name: "an infinite value",
    event: { ...click, value: Number.POSITIVE_INFINITY },
    where: "events[3].value",
    expected: "a finite number",
  },
  {
    name: "an item without an id",
    event: { ...every[4], items: [{ id: "a" }, {}] },
    where: "events[3].items[1].id",
    expected: "text of 1 to 256 characters",
  },
  { name: "a broken item", event: { ...every[4], items: ["a"] }, where: "events[3].items[0]", expected: "an object with an id" },
  { name: "half an offset", event: { ...every[4], offset: 0.5 }, where: "events[3].offset", expected: "a whole number of at least 0" },
  { name: "a required field", event: { ...film, fields: {} }, where: "events[3].fields.title", expected: "a value" },
  {
    name: "a required field unset",
    event: { ...film, fields: { title: null } },
    where: "events[3].fields.title",
    expected: "a value, for the schema requires it",
  },
  {
    name: "a field out of range",
    event: { ...film, fields: { title: "A", year: 3000 } },
    where: "events[3].fields.year",
    expected: "a finite number in [1888, 2100]",
  },
  {
    name: "a field of another type",
    event: { ...film, fields: { title: "A", genres: "Comedy" } },
    where: "events[3].fields.genres",
    expected: "a list of texts",
  },
  {
    name: "a vector too short",
    event: { ...film, fields: { title: "A", vector: [1] } },
    where: "events[3].fields.vector",
    expected: "a list of 2 finite numbers",
  },
  {
    name: "a day that is none",
    event: { ...film, fields: { title: "A", released: "2024-02-30" } },
    where: "events[3].fields.released",
    expected: "epoch milliseconds or ISO 8601",
  },
  {
    name: "a nested field",
    event: { ...film, fields: { title: "A", price: { amount: 1 } } },
    where: "events[3].fields.price",
    expected: "a flat value",
  },
  { name: "a mixed list", event: { ...film, fields: { title: "A", tags: ["a", 1] } }, where: "events[3].fields.tags[1]", expected: "text" },
  {
    name: "a context that is a list",
    event: { ...every[4], context: [] },
    where: "events[3].context",
    expected: "an object of field names to values",
  },
  { name: "an empty judgement", event: { ...every[5], grade: undefined }, where: "events[3].grade", expected: "a grade or a label" },
  { name: "an alias of itself", event: { ...every[6], to: "s1" }, where: "events[3].to", expected: "another id than from" },
  { name: "a deletion of nothing", event: { ...every[7], user: null }, where: "events[3].user", expected: "a user or an item" },
])("refused: $name", ({ event, where, expected }) => {
  const { error } = compileEventValidator(options).validate(event, 3)
  expect(error).toMatchObject({ where, expected })
  expect(error?.remedy).toMatch(/\.$/)
})

test.each([
  { timestamp: NOW + DAY, fits: true },
  { timestamp: NOW + DAY + 1, fits: false },
  { timestamp: NOW / 1000, fits: false },
  { timestamp: NOW * 1000, fits: false },
  { timestamp: Number.NaN, fits: false },
  { timestamp: "yesterday", fits: false },
  { timestamp: null, fits: false },
])("a timestamp of $timestamp fits: $fits", ({ timestamp, fits }) => {
  expect(validateEvent({ ...click, timestamp }, options).error?.where).toBe(fits ? undefined : "event.timestamp")
})

test("a clock that starts at 0, as simulations have, takes times near 0", () => {
  expect(validateEvent({ ...click, timestamp: 5 }, { now: () => 0 }).ok?.time).toBe(5)
})

describe("fields", () => {
  const user = (fields: object) => ({ id: "e", timestamp: NOW, event: "user", user: "u1", fields })

  test("personal fields are hashed with the key or left out, and never shown in an error", () => {
    const stored = validateEvent(user({ age: 3, email: "a@b.c", name: "Ann" }), options).ok?.record as { fields: Record<string, string> }
    expect(Object.keys(stored.fields)).toEqual(["age", "email"])
    expect(stored.fields.email).toMatch(/^[0-9a-f]{64}$/)
    const other = validateEvent(user({ email: "a@b.c" }), { ...options, personalKey: "another long key" }).ok?.record as typeof stored
    expect(other.fields.email).not.toBe(stored.fields.email)
    expect(JSON.stringify(validateEvent(user({ email: ["secret"] }), options).error)).not.toContain("secret")
  })

  test("a hash without a key, or of a number, is refused when compiled", () => {
    expect(() => compileEventValidator({ collections: { films }, now: () => NOW })).toThrow(InvalidArgument)
    const schema = { item: { price: field.number({ personal: "hash" }) } }
    expect(() => compileEventValidator({ ...options, collections: { shop: schema } })).toThrow("shop.price")
  })

  test("a change of a known item may leave required fields out", () => {
    const change = { ...film, fields: { year: 1979 } }
    expect(validateEvent(change, options).error).toBeDefined()
    expect(
      validateEvent(change, { ...options, isKnownItem: (collection, item) => collection === "films" && item === "i1" }).ok,
    ).toBeDefined()
  })

  test("unknown fields and properties are kept and counted", () => {
    const validator = compileEventValidator(options)
    const event = { ...film, fields: { title: "A", director: "Scott" }, source: { app: [1, "x", null] } }
    expect(validator.validate(event).ok?.record).toEqual(event)
    validator.validate(event)
    expect([...validator.unknown]).toEqual([
      ["films.director", 2],
      ["item.source", 2],
    ])
  })
})

test("a prototype cannot be reached, from any place", () => {
  for (const text of [
    '{"__proto__":{"polluted":1},"id":"a","timestamp":1764000000000,"event":"alias","from":"a","to":"b"}',
    '{"id":"a","timestamp":1764000000000,"event":"user","user":"u","fields":{"__proto__":{"polluted":1}}}',
    '{"id":"a","timestamp":1764000000000,"event":"alias","from":"a","to":"b","more":{"__proto__":{"polluted":1}}}',
  ]) {
    expect(validateEvent(JSON.parse(text), options).error?.expected).toContain("__proto__")
  }
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test("an event larger than the cap is refused", () => {
  const fields = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`f${i}`, "x".repeat(65_536)]))
  expect(validateEvent({ ...film, collection: "others", fields }, options).error).toMatchObject({ code: "too_large", where: "event" })
})

test("property: nothing that JSON can say makes it throw, and an error says all four things", () => {
  const validator = compileEventValidator(options)
  const nearly = fc
    .constantFrom(...every)
    .chain((event) =>
      fc
        .tuple(fc.constantFrom(...Object.keys(event), "fields", "extra"), fc.jsonValue())
        .map(([key, value]) => ({ ...event, [key]: value })),
    )
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearly), (value) => {
      const { ok, error } = validator.validate(value)
      if (error === undefined) expect(Number.isInteger(ok?.time)).toBe(true)
      else expect([error.where, error.expected, error.came, error.remedy].every((part) => part.length > 0)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test("property: what passes once passes again with the same result", () => {
  const validator = compileEventValidator({ now: () => NOW })
  const id = fc.string({ minLength: 1, maxLength: 20 })
  const value = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
  )
  const event = fc.record({
    ...{ id, timestamp: fc.integer({ min: 1e11, max: NOW }), event: fc.constant("item"), item: id },
    fields: fc.dictionary(id, value),
  })
  fc.assert(
    fc.property(event, (sent) => {
      const first = validator.validate(sent)
      if (first.ok === undefined) return
      expect(first.ok.record).toEqual(sent)
      expect(validator.validate(first.ok.record)).toEqual(first)
    }),
  )
})
