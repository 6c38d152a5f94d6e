import {
  type Candidates,
  type Clock,
  candidates,
  type FeatureRows,
  matrix,
  NotFound,
  noDeadline,
  type RequestScope,
  type Retriever,
  random,
  type Stage,
  select,
  type Trace,
} from "../core/index.ts"
import type { Timer } from "./within.ts"

/** Candidates of collection 0 with one score column; scores fall from 1 when none are given. */
export function listOf(column: string, ids: readonly number[], scores?: readonly number[]): Candidates {
  const list = candidates(ids.length, [column])
  list.ids.set(ids)
  list.scores.get(column)!.set(scores ?? ids.map((_, at) => 1 / (at + 1)))
  return list
}

export function idsOf(list: Candidates): number[] {
  return [...list.ids.subarray(0, list.size)]
}

export function retrieverOf(name: string, ids: readonly number[], scores?: readonly number[]): Retriever<string> {
  return { name, retrieve: async (_query, limit) => listOf(name, ids.slice(0, limit), scores?.slice(0, limit)) }
}

/** A stage that answers with the places its function picks. */
export function stageOf(name: string, limit: number, pick: (places: number[], list: Candidates) => number[]): Stage<string> {
  return {
    name,
    limit,
    run: async (_query, list) =>
      select(
        list,
        pick(
          Array.from({ length: list.size }, (_, at) => at),
          list,
        ),
      ),
  }
}

interface Told {
  readonly drops: { stage: string; rule: string; ids: number[] }[]
  readonly degraded: { stage: string; reason: string }[]
  readonly notes: { stage: string; key: string; value: unknown }[]
}

const told = new WeakMap<Trace, Told>()

/** What was told to the trace of a scope made by {@link scopeOf}. */
export function recorded(scope: RequestScope): Told {
  return told.get(scope.trace)!
}

export function scopeOf(parts: Partial<RequestScope> = {}): RequestScope {
  const kept: Told = { drops: [], degraded: [], notes: [] }
  const trace: Trace = {
    drop: (stage, rule, list, places) => kept.drops.push({ stage, rule, ids: Array.from(places, (at) => list.ids[at]!) }),
    degrade: (stage, reason) => kept.degraded.push({ stage, reason }),
    note: (stage, key, value) => kept.notes.push({ stage, key, value }),
  }
  told.set(trace, kept)
  return {
    requestId: "r1",
    now: 0,
    deadline: noDeadline,
    random: random(1),
    signal: new AbortController().signal,
    release: {
      id: "test",
      part() {
        throw new NotFound("release", "a part", "none", "Give the test one.")
      },
    },
    features: featuresOf([]),
    trace,
    ...parts,
  }
}

/** Feature rows by a function of the dense id, one value a column. */
export function featuresOf(columns: readonly string[], value: (id: number, column: number) => number = () => 0): FeatureRows {
  return {
    columns,
    read(list) {
      const rows = matrix(list.size, columns.length)
      for (let i = 0; i < list.size; i++)
        for (let c = 0; c < columns.length; c++) rows.data[i * columns.length + c] = value(list.ids[i]!, c)
      return rows
    },
  }
}

/** Timers on a clock that tests move: `pass` lets pending work run, moves the clock and rings what is due. */
export function manualTimer(clock: Clock & { advance(ms: number): void }) {
  const waiting = new Set<{ due: number; ring: () => void }>()
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const timer: Timer = (ms, ring) => {
    const entry = { due: clock.monotonicMs() + ms, ring }
    waiting.add(entry)
    return () => waiting.delete(entry)
  }
  const pass = async (ms: number) => {
    await settle()
    clock.advance(ms)
    for (const entry of [...waiting]) {
      if (entry.due > clock.monotonicMs()) continue
      waiting.delete(entry)
      entry.ring()
    }
    await settle()
  }
  return { timer, pass, waiting }
}
