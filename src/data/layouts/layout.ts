import { access } from "node:fs/promises"
import { join } from "node:path"
import { DEFAULT_COLLECTION, type Event, fingerprintHex, type Schema } from "../../core/index.ts"

/** A part of a data set: what is learnt from, what is held out, or both. */
export type Part = "train" | "test" | "all"

/** A folder whose arrangement is known: what it holds, as events. */
export interface DataLayout {
  /** Such as `movielens-implicit`. */
  readonly name: string
  /** True when the data has no times of its own: every event carries {@link TIMELESS_TIMESTAMP}, and features of time must be off. */
  readonly timeless: boolean
  /** The collection its items go to. */
  readonly collection: string
  /** Names of the files that are read, without folders. */
  readonly files: readonly string[]
  /** The fields that its items and users have. */
  readonly schema: Schema
  /** The first hundred rows that could not be read, filled while reading; the rest is kept. */
  readonly problems: readonly { readonly file: string; readonly line: number; readonly reason: string }[]
  /** How train and test were told apart, as a report says it. */
  readonly split: string
  /**
   * Events in batches: items and users first (not in `test`), then interactions, in order of time where there is one. The same events with the
   * same ids on every call.
   */
  events(part: Part, options?: { readonly signal?: AbortSignal }): AsyncIterable<readonly Event[]>
  /** Each test person's held-out items, in the order of the file or of time; ids are those of the interaction files. */
  testTruth(options?: { readonly signal?: AbortSignal }): Promise<ReadonlyMap<string, readonly string[]>>
}

/** What layouts may be told. */
export interface LayoutOptions {
  /** Default {@link DEFAULT_COLLECTION}. */
  readonly collection?: string
  /** Type of the interactions of a set without ratings. Default `interaction`; sets with ratings give `rating`. */
  readonly type?: string
  /** Share of the newest interactions held out where the set has no split of its own, in (0, 1). Default 0.2. */
  readonly testShare?: number
  /** A rating from here on makes an item right in {@link DataLayout.testTruth}. Default 4. */
  readonly relevantFrom?: number
}

/** The options with their defaults, and the folder. */
export interface Opening extends Required<LayoutOptions> {
  readonly folder: string
}

/** The one timestamp of data without times: 2000-01-01. */
export const TIMELESS_TIMESTAMP = 946_684_800_000

/** Events a batch holds, about. */
export const BATCH = 1024

/** The path of a file that may be packed: `name.gz` or `name`. */
export async function findFile(folder: string, name: string): Promise<string | undefined> {
  for (const candidate of [`${name}.gz`, name]) {
    const path = join(folder, candidate)
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists) return path
  }
  return undefined
}

/** An event id that says where it came from and is the same at every import; hashed when too long to be one. */
export function eventId(collection: string, file: string, ...parts: readonly (string | number)[]): string {
  const id = `${collection}/${file}/${parts.join("/")}`
  return id.length <= 128 ? id : `${collection.slice(0, 60)}/${fingerprintHex(id)}`
}

/** The `collection` property of an event, absent for the default. */
export function inCollection(collection: string): { collection?: string } {
  return collection === DEFAULT_COLLECTION ? {} : { collection }
}

/** Groups single events into batches. */
export async function* inBatches(events: AsyncIterable<Event> | Iterable<Event>): AsyncGenerator<readonly Event[]> {
  let batch: Event[] = []
  for await (const event of events) {
    batch.push(event)
    if (batch.length >= BATCH) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
