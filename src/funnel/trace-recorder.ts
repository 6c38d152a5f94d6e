import { type Candidates, murmur3, type Trace } from "../core/index.ts"

/** The people's id of a dense id. */
export type NameOf = (id: number, collection: number) => string

/** What was told of one request, as JSON; the part of an explanation that the funnel knows. */
export interface TraceExplanation {
  readonly drops: readonly { readonly stage: string; readonly rule: string; readonly count: number; readonly ids?: readonly string[] }[]
  readonly notes: readonly { readonly stage: string; readonly key: string; readonly value: unknown }[]
  readonly degraded: readonly string[]
}

/** Keeps what a funnel tells of one request: counts always, ids only when it is detailed, at most `maxIds` a rule (default 1,000). */
export class TraceRecorder implements Trace {
  readonly detailed: boolean
  readonly #maxIds: number
  readonly #drops = new Map<string, { stage: string; rule: string; count: number; ids: number[]; collections: number[] }>()
  readonly #notes: { stage: string; key: string; value: unknown }[] = []
  readonly #degraded: string[] = []

  constructor(options: { readonly detailed?: boolean; readonly maxIds?: number } = {}) {
    this.detailed = options.detailed ?? false
    this.#maxIds = options.maxIds ?? 1_000
  }

  drop(stage: string, rule: string, list: Candidates, places: ArrayLike<number>): void {
    const key = `${stage}\n${rule}`
    let told = this.#drops.get(key)
    if (told === undefined) {
      told = { stage, rule, count: 0, ids: [], collections: [] }
      this.#drops.set(key, told)
    }
    told.count += places.length
    if (!this.detailed) return
    const room = Math.min(places.length, this.#maxIds - told.ids.length)
    for (let i = 0; i < room; i++) {
      told.ids.push(list.ids[places[i]!]!)
      told.collections.push(list.collections[places[i]!]!)
    }
  }

  degrade(stage: string, reason: string): void {
    this.#degraded.push(`${stage}: ${reason}`)
  }

  note(stage: string, key: string, value: unknown): void {
    this.#notes.push({ stage, key, value })
  }

  /** What was told so far; `nameOf` turns the ids of a detailed trace into people's. */
  explanation(nameOf: NameOf): TraceExplanation {
    const drops = [...this.#drops.values()].map(({ stage, rule, count, ids, collections }) => {
      const told = { stage, rule, count }
      return this.detailed ? { ...told, ids: ids.map((id, at) => nameOf(id, collections[at]!)) } : told
    })
    return { drops, notes: [...this.#notes], degraded: [...this.#degraded] }
  }
}

/** True for one request in `oneIn`, by its id: every process picks the same ones. 0 picks none, 1 all. */
export function isSampled(requestId: string, oneIn: number): boolean {
  return oneIn > 0 && murmur3(requestId) % oneIn === 0
}
