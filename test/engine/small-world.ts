import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { field, manualClock, random, type Schema } from "../../src/core/index.ts"
import { type Engine, type OpenOptions, open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"

/** The moment of the small world's last event: all clocks of these tests stand a little after it. */
export const NOW = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const GENRES = ["drama", "comedy", "crime", "space"]

export const schema = {
  item: { title: field.text({ required: true }), genres: field.categories(), year: field.number({ range: [1888, 2100] }) },
} satisfies Schema

/** Films whose people each love one genre: small enough to train in about a second, with enough taste to be learnt. */
export const films = recommendation({ name: "films", collection: "films", schema, timeoutMs: 30_000 })

/** The world as events: 60 films, 80 people who watch mostly their own genre over 40 days. The same on every call. */
export function smallWorld(): readonly Record<string, unknown>[] {
  const chance = random(5)
  const events: Record<string, unknown>[] = []
  for (let film = 0; film < 60; film++) {
    const fields = { title: `Film ${film}`, genres: [GENRES[film % 4]!], year: 1960 + film }
    events.push({ id: `item-${film}`, timestamp: NOW - 50 * DAY, event: "item", collection: "films", item: `f${film}`, fields })
  }
  const views: { time: number; event: Record<string, unknown> }[] = []
  for (let user = 0; user < 80; user++) {
    const seen = new Set<number>()
    for (let view = 0; view < 12; view++) {
      const own = chance.next() < 0.8
      const film = own ? (user % 4) + 4 * Math.floor(chance.next() ** 2 * 15) : Math.floor(chance.next() * 60)
      if (seen.has(film)) continue
      seen.add(film)
      const time = Math.floor(NOW - chance.next() * 40 * DAY)
      views.push({ time, event: { event: "interaction", collection: "films", user: `u${user}`, item: `f${film}`, type: "like" } })
    }
  }
  views.sort((a, b) => a.time - b.time)
  views.forEach(({ time, event }, place) => {
    events.push({ id: `view-${place}`, timestamp: time, ...event })
  })
  return events
}

/** A clock that stands a second after the small world until it is moved, so that answers can be compared. */
export const handClock = () => manualClock(NOW + 1000)

/** A new folder in the system's temporary one, removed by `dispose`. */
export async function tempFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "trommel-test-"))
  return { path, dispose: () => rm(path, { recursive: true, force: true }) }
}

/** An engine over the small world, with a live release: in memory, or in the folder of `store`. */
export async function smallEngine(options: Partial<OpenOptions> = {}): Promise<{ readonly engine: Engine; readonly release: string }> {
  const engine = await open({ systems: [films], training: "inline", clock: handClock(), ...options })
  await engine.observe(smallWorld())
  const { release } = await engine.train("films")
  await engine.promote(release)
  return { engine, release }
}
