import { expect, test } from "vitest"
import { USERS } from "../../core/index.ts"
import { NOW, type SmallWorld, smallWorld } from "../small-world.test.helper.ts"
import { recentTakers, recentTakersName } from "./recent-takers.ts"

const LENGTH = 4

/** The ring's tuples by people's ids, oldest place first; empty places left out. */
function ringOf({ ids, tables }: SmallWorld) {
  const ring = tables.fixed(recentTakersName("films"))
  const page = ring.page(0)
  const start = ring.offset(0) + 1
  return Array.from({ length: LENGTH }, (_, n) => [...page.subarray(start + 3 * n, start + 3 * n + 3)])
    .filter(([, , time]) => time !== 0)
    .map(([user, item]) => [user! < 0 ? "-" : ids.collection(USERS).name(user!), ids.collection("films").name(item!)])
}

const world = () => smallWorld([], { states: [recentTakers({ types: ["click", "rating"], from: { rating: 4 }, length: LENGTH })] })

test("who took what up lately, the oldest dropped; what does not count is not kept", async () => {
  const small = await world()
  small.act({ user: "ann" }, "click", "heat", { time: NOW })
  small.act({ user: "ann" }, "rating", "ronin", { time: NOW, value: 3 })
  small.act({ user: "bob" }, "rating", "ronin", { time: NOW, value: 5 })
  small.act({ user: "bob" }, "hide", "heat", { time: NOW })
  expect(ringOf(small)).toEqual([
    ["ann", "heat"],
    ["bob", "ronin"],
  ])
  for (const item of ["a", "b", "c"]) small.act({ user: "cem" }, "click", item, { time: NOW })
  expect(ringOf(small)).toEqual([
    ["cem", "c"],
    ["bob", "ronin"],
    ["cem", "a"],
    ["cem", "b"],
  ])
})

test("who is forgotten is in it no more; the others stay", async () => {
  const small = await world()
  small.act({ user: "ann" }, "click", "heat", { time: NOW })
  small.act({ user: "bob" }, "click", "heat", { time: NOW })
  small.tell({ event: "delete", user: "ann" })
  expect(ringOf(small)).toEqual([
    ["-", "heat"],
    ["bob", "heat"],
  ])
})
