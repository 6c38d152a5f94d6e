// Events in process: validated, made durable and folded into the state of a recommendation system, 400k events in batches of 1,000; then
// the same log opened again. usage: npm run bench -- events [EVENTS]
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { field, random } from "../src/core/index.ts"
import { open } from "../src/engine/index.ts"
import { recommendation } from "../src/systems/index.ts"

const EVENTS = Number(process.argv[2] ?? 400_000)
const BATCH = 1000
const USERS = 20_000
const ITEMS = 5000
/** Batches under way at once: what a client with a few connections sends. */
const IN_FLIGHT = 8

const schema = { item: { title: field.text(), genres: field.categories(), year: field.number(), released: field.time() } }
const systems = [recommendation({ schema })]
const store = mkdtempSync(join(tmpdir(), "trommel-events-"))
const chance = random(1)
const start = Date.now() - 3 * 86_400_000
const items = Array.from({ length: ITEMS }, (_, n) => ({
  id: `item/${n}`,
  timestamp: start,
  event: "item",
  item: `i${n}`,
  fields: { title: `T${n}`, genres: [`g${n % 20}`, `g${n % 7}`], year: 1990 + (n % 30), released: "1999-01-01" },
}))
const batches = Array.from({ length: EVENTS / BATCH }, (_, b) =>
  Array.from({ length: BATCH }, (_, i) => {
    const n = b * BATCH + i
    const happened = { user: `u${chance.integer(USERS)}`, item: `i${chance.integer(ITEMS)}`, type: "click", request: `r${n}` }
    return { id: `e${n}`, timestamp: start + n * 500, event: "interaction", ...happened }
  }),
)

const engine = await open({ store, systems })
await engine.observe(items)
const cpu = process.cpuUsage()
const began = performance.now()
const waiting: Promise<unknown>[] = []
for (const batch of batches) {
  waiting.push(engine.observe(batch))
  if (waiting.length >= IN_FLIGHT) await waiting.shift()
}
await Promise.all(waiting)
const seconds = (performance.now() - began) / 1000
const used = process.cpuUsage(cpu)
await engine.close()
const reopening = performance.now()
const again = await open({ store, systems })
const reopened = performance.now() - reopening
await again.close()
rmSync(store, { recursive: true })

console.log(`${EVENTS} interactions, batches of ${BATCH}, ${IN_FLIGHT} under way, ${USERS} users, ${ITEMS} items`)
console.log(`acknowledged  ${Math.round(EVENTS / seconds).toLocaleString("en")} events/s`)
console.log(`cpu           ${((used.user + used.system) / EVENTS).toFixed(2)} us an event, all threads`)
console.log(`opened again  ${reopened.toFixed(0)} ms`)
