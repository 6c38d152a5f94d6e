// Opens the store of its argument and takes in events until it is killed: each acknowledged one is told on a line of its own.
import { field, open, recommendation } from "../../dist/src/index.js"

const schema = {
  item: { title: field.text({ required: true }), genres: field.categories(), year: field.number({ range: [1888, 2100] }) },
}
const films = recommendation({ name: "films", collection: "films", schema, timeoutMs: 30_000 })
const engine = await open({ store: process.argv[2], systems: [films] })
const timestamp = Date.UTC(2026, 10, 20, 12)
for (let n = 0; ; n++) {
  const user = `u${n % 80}`
  const item = `f${(n * 13) % 60}`
  const type = n % 5 === 0 ? "hide" : "like"
  await engine.observe([{ id: `killed-${n}`, timestamp, event: "interaction", collection: "films", user, item, type }])
  process.stdout.write(`${JSON.stringify({ id: `killed-${n}`, hidden: type === "hide" ? [user, item] : null })}\n`)
}
