import { random } from "../../core/index.ts"

/** Bodies of `POST /v1/events`: interactions of these users with these items, each with an id never sent before. */
export interface EventBatches {
  next(timestamp: number): Buffer
}

export interface EventBatchOptions {
  readonly users: readonly string[]
  readonly items: readonly string[]
  readonly size: number
  readonly type: string
  readonly seed: number
  /** Makes ids of one run differ from those of any other. */
  readonly run: string
}

/** Batches of `size` events; users and items are drawn evenly with the seed. */
export function eventBatches({ users, items, size, type, seed, run }: EventBatchOptions): EventBatches {
  const chance = random(seed)
  const draw = (from: readonly string[]) => from[Math.floor(chance.next() * from.length)]!
  let n = 0
  return {
    next(timestamp) {
      const events = Array.from({ length: size }, () => ({
        id: `load-${run}-${n++}`,
        timestamp,
        event: "interaction",
        user: draw(users),
        item: draw(items),
        type,
      }))
      return Buffer.from(JSON.stringify(events))
    },
  }
}
