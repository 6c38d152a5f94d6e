import { page } from "../../src/cli/page.ts"
import { demoFilms, FILMS, filmSchema, simulateAudience } from "../../src/data/index.ts"
import { open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { type RealServer, serveEngine } from "../serving/real-server.ts"

const DAY = 86_400_000

/** A small demo world, trained and served with its page: real films, 200 simulated people, 20 days. */
export async function demoServer(): Promise<RealServer> {
  const system = recommendation({ collection: FILMS, schema: filmSchema, timeoutMs: 10_000 })
  const engine = await open({ systems: [system], training: "inline" })
  const start = Math.floor(Date.now() / DAY) * DAY - 22 * DAY
  const world = simulateAudience({ catalogue: await demoFilms(3), seed: 3, start, users: 200, days: 20, system: system.name })
  await engine.markSimulated()
  const events = [...world.events()]
  for (let from = 0; from < events.length; from += 5000) await engine.observe(events.slice(from, from + 5000))
  const { release } = await engine.train(system.name)
  await engine.promote(release)
  const server = await serveEngine(engine, { page })
  return {
    ...server,
    async close() {
      await server.close()
      await engine.close()
    },
  }
}
