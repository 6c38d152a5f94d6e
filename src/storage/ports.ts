import type { LogEntry, LogRecord, Matrix, Position, StateDeclaration, StateTables } from "../core/index.ts"

/** What an append did. Positions are given out at once, so the caller can fold `entries` before they are durable. */
export interface Appended {
  /** The records that are new, in order, with their places. */
  readonly entries: readonly LogEntry[]
  /** Indexes of the input that were recognised by id and skipped. */
  readonly duplicates: readonly number[]
  /** Resolves with the last position once everything up to it survives a crash. */
  readonly durable: Promise<Position>
}

/** A record on its way in, with its timestamp in epoch milliseconds. */
export interface Incoming {
  readonly record: LogRecord
  readonly time: number
}

/** The ordered record of everything that happened; the only source of truth. One process appends, many read. */
export interface EventLog {
  /**
   * Gives positions at once; give about 1,000 records at a time, since a larger append holds the thread longer.
   *
   * When `durable` rejects (a full disk), nothing is forgotten: send the same records again, and `durable` resolves once they are on disk.
   * @throws {@link Overloaded} while too many bytes wait for the disk, {@link Conflict} in a process that only reads, {@link Cancelled} once closed
   */
  append(records: readonly Incoming[]): Appended
  /** Entries after `after` (from the beginning when absent) up to and with `to`, in order, in batches. Deleted people and items are left out. */
  read(options?: { readonly after?: Position; readonly to?: Position; readonly signal?: AbortSignal }): AsyncIterable<readonly LogEntry[]>
  /** True for the id of a record that was appended within the memory for duplicates (7 days, 50M ids), durable or not; false in a process that only reads. */
  remembers(id: string): boolean
  /** The newest durable position, 0 when empty. */
  readonly end: Position
  /** How many records there are. */
  readonly count: number
  /** Bytes of memory by which ids are recognised; 0 in a process that only reads. */
  readonly memoryBytes: number
  /** Moves records up to `to` into Parquet files, tombstones applied; `read` goes on returning them. Says how many moved. */
  roll(
    to: Position,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly records: number; readonly bytes: number; readonly files: readonly string[] }>
  close(): Promise<void>
}

/**
 * The state that feature families fold, kept in typed slabs and made durable by checkpoints.
 *
 * A checkpoint is consistent at one log position: opening gives the tables as of `position`, and the caller folds the log after it.
 */
export interface FeatureState {
  /** Tables for these declarations. A declaration whose shape changed starts empty, and `position` is then 0. */
  open(declarations: readonly StateDeclaration[], version: string): Promise<{ readonly tables: StateTables; readonly position: Position }>
  /**
   * Takes the state as it is at this call, which is that of `position`, and resolves when it is durable; never blocks for more than a slice of milliseconds.
   * @param ready - what the state refers to and must be durable first, such as the names of its ids: the commit waits for it and fails with it
   * @param pause - called between slices with the milliseconds that the last one took; the next begins when it resolves. Not called while much of the state
   * changes under the checkpoint, as what is still to be written is then held twice
   */
  checkpoint(position: Position, ready?: Promise<unknown>, pause?: (workedMs: number) => Promise<void>): Promise<void>
  /** Bytes of all tables in memory. */
  readonly bytes: number
  close(): Promise<void>
}

/** Small values by key. Keys sort by code unit. */
export interface KeyValue {
  get(key: string): Promise<Uint8Array | undefined>
  /** Resolves when durable. */
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  /** Entries in key order (reversed when asked) that begin with `prefix`. */
  range(options: {
    readonly prefix: string
    readonly after?: string
    readonly limit?: number
    readonly reverse?: boolean
  }): AsyncIterable<readonly [string, Uint8Array]>
}

/** Bytes by the SHA-256 of their content, in hex. Put twice, stored once. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<string>
  /** @throws {@link Corrupt} when the bytes do not match the hash, {@link NotFound} when there are none */
  get(hash: string): Promise<Uint8Array>
  has(hash: string): Promise<boolean>
  delete(hash: string): Promise<void>
  list(): AsyncIterable<{ readonly hash: string; readonly bytes: number }>
}

/** Names of releases and pointers to them. The manifest's bytes are what the release id hashes. */
export interface ReleaseStore {
  put(system: string, id: string, manifest: Uint8Array): Promise<void>
  manifest(system: string, id: string): Promise<Uint8Array>
  /** What stands beside the release and may be written later: time, host, gate results. */
  putEvidence(system: string, id: string, evidence: Uint8Array): Promise<void>
  evidence(system: string, id: string): Promise<Uint8Array | undefined>
  /** Ids with the time they were put, newest first. */
  list(system: string): Promise<readonly { readonly id: string; readonly createdMs: number }[]>
  /** Release ids that were live, oldest first; the last one is live. */
  history(system: string): Promise<readonly string[]>
  /** Replaces the history if it still equals `expected`; atomic, seen by other processes. @throws {@link Conflict} when it moved */
  setHistory(system: string, expected: readonly string[], next: readonly string[]): Promise<void>
  /** Calls back when the history of any system changes, from this or another process; returns how to stop. */
  watch(onChange: (system: string) => void): () => void
}

/** Feature values as they were served, f32, keyed by request. Bounded by retention. */
export interface FeatureLog {
  /** Costs one copy; written in the background. @throws {@link Overloaded} while too many bytes wait for the disk, {@link Conflict} in a reader */
  append(row: {
    readonly requestId: string
    readonly time: number
    readonly schemaHash: string
    readonly ids: Uint32Array
    readonly values: Matrix
  }): void
  read(
    requestId: string,
  ): Promise<{ readonly time: number; readonly schemaHash: string; readonly ids: Uint32Array; readonly values: Matrix } | undefined>
  /** Everything kept, oldest first. */
  all(): AsyncIterable<{
    readonly requestId: string
    readonly time: number
    readonly schemaHash: string
    readonly ids: Uint32Array
    readonly values: Matrix
  }>
  flush(): Promise<void>
  readonly bytes: number
}

/**
 * Parcels for the process that writes, which any process may leave: whole or not there, on disk once `put` resolves. The writer takes them by name
 * and deletes them.
 */
export interface Spool {
  put(name: string, bytes: Uint8Array): Promise<void>
  get(name: string): Promise<Uint8Array | undefined>
  delete(name: string): Promise<void>
  /** Names of the parcels there are, sorted. */
  names(): Promise<readonly string[]>
}

/** All stores of one tenant. */
export interface Store {
  readonly log: EventLog
  readonly state: FeatureState
  readonly values: KeyValue
  readonly blobs: Blobs
  readonly releases: ReleaseStore
  readonly features: FeatureLog
  readonly spool: Spool
  /** Lets go of what was read from disk to open: call it once that is done, before anybody else uses the store. */
  trim(): Promise<void>
  close(): Promise<void>
}
