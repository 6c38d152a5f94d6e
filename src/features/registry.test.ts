import { expect, test } from "vitest"
import { families, featureRegistry } from "./index.ts"
import { smallWorld } from "./small-world.test.helper.ts"

test("the registry groups columns by actor and pair of actors, typed, with what is personal", async () => {
  const { set } = await smallWorld([
    families.number("price"),
    families.category("director"),
    families.number("age", { of: "user" }),
    families.category("device", { of: "context" }),
    families.userAgent(),
    families.counter({ by: "item", types: ["click"], windows: ["1d"] }),
    families.counter({ by: "session", types: ["click"], windows: ["30m"] }),
    families.pairHistory({ types: ["click"], windows: ["7d", "all"] }),
    families.textMatch("title"),
    families.relativeNumber("price"),
    () => ({ name: "own", version: 3, config: {}, columns: ["own"], states: [], read: () => {} }),
  ])
  const { groups, schemaHash } = featureRegistry(set)
  expect(schemaHash).toBe(set.schemaHash)
  expect(groups.map(({ name, features }) => [name, features.map(({ column }) => column)])).toEqual([
    ["user", ["user.age"]],
    ["session", ["session.click.30m"]],
    ["item", ["price", "item.click.1d"]],
    [
      "context",
      [
        "context.device",
        "context.userAgent.device",
        "context.userAgent.system",
        "context.userAgent.browser",
        "context.userAgent.version",
        "own",
      ],
    ],
    ["user x item", ["director", "director.favourite", "pair.click.7d", "pair.click.all", "pair.click.hoursSince"]],
    ["item x query", ["title.bm25", "title.coverage", "title.trigrams"]],
    ["item x list", ["price.relative", "price.standing", "price.deviation"]],
  ])
  const all = groups.flatMap(({ features }) => features)
  expect(all.filter(({ personal }) => personal).map(({ family }) => family)).toEqual(
    expect.arrayContaining(["number user.age", "user agent userAgent", "pair history click"]),
  )
  expect(all.find(({ column }) => column === "price")).toEqual({
    column: "price",
    family: "number item.price",
    version: 1,
    actors: ["item"],
    type: "number",
    personal: false,
    tables: ["films.field.price"],
  })
  expect(all.find(({ column }) => column === "director")!.type).toBe("code")
  expect(all.find(({ column }) => column === "pair.click.7d")!.window).toBe("7d")
})

/** A set as a product would have it: four features an actor, two windowed ones a pair. */
const PRODUCT = [
  families.number("price"),
  families.textStats("title"),
  families.newness(),
  families.number("age", { of: "user" }),
  families.category("country", { of: "user" }),
  families.counter({ by: "user", types: ["click"], windows: ["1h", "7d"] }),
  families.localTime(),
  families.category("region", { of: "context" }),
  families.pairHistory({ types: ["click"], windows: ["1d", "7d"] }),
  families.userCategory({ field: "genre", types: ["click"], windows: ["1d", "7d"] }),
  families.queryStats(),
  families.counter({ by: "query", types: ["click"], windows: ["7d"] }),
  families.counter({ by: "query+item", types: ["click"], windows: ["1d", "7d"] }),
]

test("every actor of a product has its features, every pair a history over windows", async () => {
  const { groups } = featureRegistry((await smallWorld(PRODUCT)).set)
  const count = (name: string) => groups.find((group) => group.name === name)?.features.length ?? 0
  for (const actor of ["user", "item", "query", "context"]) expect(count(actor), actor).toBeGreaterThanOrEqual(4)
  for (const pair of ["user x item", "item x query"]) {
    const windowed = groups
      .find(({ name }) => name === pair)!
      .features.filter(({ window }) => window !== undefined && window !== "hoursSince")
    expect(windowed.length, pair).toBeGreaterThanOrEqual(2)
  }
})
