// Recommendation over 100,000 items and 1,000,000 people, generated with MovieLens 1M's spread of activity and popularity: memory by formula and as
// held, then open-loop load on a server in a process of its own.
// usage: npm run bench -- scale [ITEMS] [PEOPLE] [MEAN_ACTIVITY] [STORE]   (a STORE that is there already is used as it is)
// BENCH_UNDER="chrt -f 10" runs server and generator under that command.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { random } from "../src/core/index.ts"
import { open } from "../src/engine/index.ts"
import type { recommendation } from "../src/systems/index.ts"
import { cpuOf, served, trommel } from "./server.ts"

const items = Number(process.argv[2] ?? 100_000)
const people = Number(process.argv[3] ?? 1_000_000)
const meanActivity = Number(process.argv[4] ?? 5)
/** People the release is trained on; it holds nobody, so the others are served alike. */
const TRAINED = Math.min(people, 10_000)
const QPS = 300
const PORT = 4656
const HOUR = 3_600_000
const BATCH = 5000

const work = mkdtempSync(join(tmpdir(), "trommel-scale-"))
const store = process.argv[5] ?? join(work, "store")
const config = join(work, "trommel.config.mjs")
const schemaText = `{ item: { title: { type: "text" }, genres: { type: "categories" }, year: { type: "number" } }, user: { country: { type: "category" } } }`
writeFileSync(
  config,
  `import { recommendation } from ${JSON.stringify(new URL("../src/systems/index.js", import.meta.url).href)}\nexport default [recommendation({ easeItems: 2000, schema: ${schemaText} })]\n`,
)
const { default: systems } = (await import(config)) as { default: ReturnType<typeof recommendation>[] }

/** MovieLens 1M: log activity of people has deviation 1.0, log popularity of films 1.8; people share 20 tastes over 18 genres. */
const chance = random(11)
const genreOf = Uint8Array.from({ length: items }, () => chance.integer(18))
const weight = Float64Array.from({ length: items }, () => Math.exp(1.8 * chance.normal()))
const byGenre = Array.from({ length: 18 }, (_, genre) => {
  const own = Uint32Array.from(genreOf.keys()).filter((item) => genreOf[item] === genre)
  const cumulative = new Float64Array(own.length)
  own.forEach((item, at) => {
    cumulative[at] = (cumulative[at - 1] ?? 0) + weight[item]!
  })
  return { own, cumulative }
})

function drawItem(genre: number): number {
  const { own, cumulative } = byGenre[genre]!
  const wanted = chance.next() * cumulative[own.length - 1]!
  let low = 0
  let high = own.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return own[low]!
}

const start = Date.now() - 60 * 24 * HOUR
let sent = 0
function* itemEvents() {
  for (let item = 0; item < items; item++) {
    const fields = { title: `Title ${item % 9973} of ${item % 4001}`, genres: [`g${genreOf[item]}`], year: 1930 + (item % 95) }
    yield { id: `i${item}`, timestamp: start, event: "item", item: `i${item}`, fields }
  }
}
function* peopleEvents(first: number, end: number) {
  for (let user = first; user < end; user++) {
    const genres = [chance.integer(18), chance.integer(18)]
    const activity = Math.max(1, Math.round(meanActivity * Math.exp(chance.normal() - 0.5)))
    for (let n = 0; n < activity; n++) {
      const genre = chance.next() < 0.8 ? genres[n % 2]! : chance.integer(18)
      const timestamp = start + Math.floor(chance.next() * 60 * 24) * HOUR
      yield { id: `v${sent++}`, timestamp, event: "interaction", user: `u${user}`, item: `i${drawItem(genre)}`, type: "like" }
    }
  }
}

if (!existsSync(store)) {
  const engine = await open({ store, systems })
  const send = async (events: Iterable<object>) => {
    let batch: object[] = []
    for (const event of events) {
      batch.push(event)
      if (batch.length < BATCH) continue
      await engine.observe(batch)
      batch = []
    }
    await engine.observe(batch)
  }
  await send(itemEvents())
  await send(peopleEvents(0, TRAINED))
  const { release, seconds, cpuSeconds, peakBytes } = await engine.train("recommendation")
  await engine.promote(release)
  console.log(
    `trained on ${TRAINED} people in ${Math.round(seconds)} s (${Math.round(cpuSeconds)} CPU s), ${Math.round(peakBytes / 1e6)} MB at most`,
  )
  const began = performance.now()
  const before = sent
  await send(peopleEvents(TRAINED, people))
  console.log(`${sent - before} events of the other people in ${Math.round((performance.now() - began) / 1000)} s`)
  await engine.close()
}
const asked = Array.from({ length: Math.min(people, 200_000) }, () => `u${chance.integer(people)}`)
const users = join(work, "users.txt")
writeFileSync(users, asked.join("\n"))

// First alone, so that what this process takes for it is not beside the server's.
await served(["--store", store, "--config", config], PORT, (url) =>
  console.log(
    trommel(
      "bench",
      "load",
      "--url",
      url,
      "--system",
      "recommendation",
      "--users",
      users,
      "--qps",
      String(QPS),
      "--seconds",
      "30",
      "--warm-up",
      "10",
    ),
  ),
)
const engine = await open({ store, systems, mode: "read" })
console.log(await cpuOf(3000, (n) => engine.rank("recommendation", { user: asked[n % asked.length]!, limit: 20, log: false })))
await engine.close()
rmSync(work, { recursive: true })
