import type { Position } from "../core/index.ts"
import { chunkLast } from "./chunk.ts"
import type { Environment } from "./environment.ts"
import { type Mark, Tombstones } from "./tombstones.ts"

/** A Parquet file that took the place of chunks: positions `first` to `last`, of which `records` were kept. */
export interface SegmentFile {
  readonly file: string
  readonly first: Position
  readonly last: Position
  readonly records: number
  readonly bytes: number
}

/** The tables of the event log in one environment, and the questions both writer and readers ask of them. */
export class LogTables {
  readonly environment: Environment
  /** Chunks by first position; those up to the end of the last segment count for nothing and wait for removal. */
  readonly chunks
  /** Append time and fingerprints of a chunk's ids, by first position. */
  readonly ids
  /** Deletions and aliases by [position, number within the record]. */
  readonly marks
  /** Rolled files by first position. */
  readonly segments
  readonly counts
  readonly #tombstones = new Tombstones()
  #marksSeen: Position = 0

  constructor(environment: Environment) {
    this.environment = environment
    this.chunks = environment.table<number>("chunks")
    this.ids = environment.table<number>("ids")
    this.marks = environment.table<number[]>("marks")
    this.segments = environment.table<number>("segments")
    this.counts = environment.table<string>("counts")
  }

  /** The last position ever given to a record, 0 when there was none. */
  end(): Position {
    const least = Math.max(this.rolledTo(), this.counts.get("end")?.readDoubleLE(0) ?? 0)
    for (const { value } of this.chunks.getRange({ reverse: true, limit: 1 })) return Math.max(chunkLast(value), least)
    return least
  }

  /** The last position that lives in a file. */
  rolledTo(): Position {
    for (const { value } of this.segments.getRange({ reverse: true, limit: 1 })) return parse<SegmentFile>(value).last
    return 0
  }

  allSegments(): readonly SegmentFile[] {
    return [...this.segments.getRange({}).map(({ value }) => parse<SegmentFile>(value))]
  }

  /** Positions without a record any more, because rolling left deleted ones out. */
  dropped(): number {
    return this.counts.get("dropped")?.readDoubleLE(0) ?? 0
  }

  /** The chunk with the first record after `position`, undefined past the end. */
  chunkAfter(position: Position): Buffer | undefined {
    for (const { value } of this.chunks.getRange({ start: position + 1, reverse: true, limit: 1 })) {
      if (chunkLast(value) > position) return value
    }
    for (const { value } of this.chunks.getRange({ start: position + 1, limit: 1 })) return value
    return undefined
  }

  /** The file with the first record after `position`. */
  segmentAfter(position: Position): SegmentFile | undefined {
    return this.allSegments().find(({ last }) => last > position)
  }

  /** Everything deleted up to now. */
  tombstones(): Tombstones {
    for (const { key, value } of this.marks.getRange({ start: [this.#marksSeen, Number.MAX_SAFE_INTEGER] })) {
      const position = (key as number[])[0]!
      this.#tombstones.observe(position, parse<Mark>(value))
      this.#marksSeen = position
    }
    return this.#tombstones
  }
}

const parse = <T>(bytes: Buffer): T => JSON.parse(bytes.toString()) as T
