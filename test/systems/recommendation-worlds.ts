import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { manualClock, random } from "../../src/core/index.ts"
import { FILMS, filmSchema, inventedFilms, simulateAudience } from "../../src/data/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { type RecommendationOptions, recommendation } from "../../src/systems/index.ts"

const DAY = 86_400_000
const START = Date.UTC(2026, 8, 1)
const TRAINED_DAYS = 16

/** A simulated audience over invented films: the same events on every call. What it does after the training days is the truth to predict. */
export const audience = simulateAudience({
  catalogue: inventedFilms({ seed: 3, count: 150 }),
  seed: 11,
  start: START,
  users: 160,
  days: 20,
})

/** Events of the training days, and those after. */
export function parts() {
  const now = START + TRAINED_DAYS * DAY
  const past: Record<string, unknown>[] = []
  const later: Record<string, unknown>[] = []
  for (const event of audience.events()) (Number(event.timestamp) < now ? past : later).push(event as unknown as Record<string, unknown>)
  return { past, later, now }
}

/** A system over the simulated films; whatever time answers need they are given. */
export const filmSystem = (options: RecommendationOptions = {}) =>
  recommendation({ name: "films", collection: FILMS, schema: filmSchema, timeoutMs: 30_000, ...options })

/** An engine in memory that has seen the training days, with a live release. */
export async function filmEngine(options: RecommendationOptions = {}): Promise<{ readonly engine: Engine; readonly release: string }> {
  const { past, now } = parts()
  const engine = await open({ systems: [filmSystem(options)], training: "inline", clock: manualClock(now) })
  await engine.observe(past)
  const { release } = await engine.train("films", { seed: 7 })
  await engine.promote(release)
  return { engine, release }
}

/** A folder with `train.txt.gz` and `test.txt.gz` alone: people of four tastes, no times, gaps between all ids. */
export async function timelessFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "trommel-timeless-"))
  const chance = random(19)
  const train: string[] = []
  const test: string[] = []
  for (let user = 0; user < 120; user++) {
    const items = new Set<number>()
    while (items.size < 15) {
      const taste = chance.next() < 0.8 ? user % 4 : chance.integer(4)
      items.add(5 + 7 * (taste + 4 * Math.floor(chance.next() ** 2 * 30)))
    }
    const line = [...items]
    train.push(`${100 + 3 * user} ${line.slice(0, 11).join(" ")}`)
    test.push(`${100 + 3 * user} ${line.slice(11).join(" ")}`)
  }
  await writeFile(join(path, "train.txt.gz"), gzipSync(`${train.join("\n")}\n`))
  await writeFile(join(path, "test.txt.gz"), gzipSync(`${test.join("\n")}\n`))
  return { path, dispose: () => rm(path, { recursive: true, force: true }) }
}
