import { demoFilms, FILMS, filmSchema, simulateAudience } from "../data/index.ts"
import { type Engine, open } from "../engine/index.ts"
import { recommendation } from "../systems/index.ts"
import type { DemoOptions } from "./command.ts"
import { scoringHere } from "./scoring.ts"

const DAY_MS = 86_400_000
/** Whole days that the audience has watched for; what it did today comes beside them, so that what is trending is of now. */
const DAYS = 54
const USERS = 2000
/** Events appended at once. */
const BATCH = 1000

/** The system of the embedded world: films, by the fields that the catalogue has. */
export const demoSystem = recommendation({ collection: FILMS, schema: filmSchema })

/**
 * Builds the embedded world in an empty store: real films (invented ones in the packed package), a simulated audience, a trained and promoted
 * release. In a store that has them it only opens.
 */
export async function demoWorld({ store, tenant, seed, signal, onProgress }: DemoOptions): Promise<Engine> {
  const onWarning = (note: string) => onProgress({ step: note, done: 0 })
  const engine = await open({ store, tenant, systems: [demoSystem], scoring: scoringHere(), onWarning })
  try {
    // Noted when the last event is in: a run that was stopped halfway sends them again, and those that are there are recognised.
    const { simulated } = await engine.handlers.users(demoSystem.name, 1)
    if (!simulated) await populate(engine, seed, signal, onProgress)
    if (!engine.handlers.ready().ready) {
      const { release } = await engine.train(demoSystem.name, { seed, signal, onProgress })
      await engine.promote(release)
    }
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function populate(engine: Engine, seed: number, signal: AbortSignal, onProgress: DemoOptions["onProgress"]): Promise<void> {
  const catalogue = await demoFilms(seed)
  // From a whole day on, so that the same day gives the same world; what is later than now is still to come.
  const now = Date.now()
  const start = Math.floor(now / DAY_MS) * DAY_MS - DAYS * DAY_MS
  const world = simulateAudience({ catalogue, seed, start, users: USERS, days: DAYS + 1, system: demoSystem.name })
  let batch: unknown[] = []
  let done = 0
  const send = async () => {
    signal.throwIfAborted()
    await engine.observe(batch)
    done += batch.length
    batch = []
    onProgress({ step: "simulate an audience", done })
  }
  for (const event of world.events()) {
    if (Number(event.timestamp) > now) break
    batch.push(event)
    if (batch.length === BATCH) await send()
  }
  await send()
  await engine.markSimulated()
}
