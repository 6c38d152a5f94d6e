import { basename } from "node:path"
import { InvalidArgument, type Schema, throwIfCancelled } from "../../core/index.ts"
import type { Incoming } from "../../storage/index.ts"
import { TIMELESS_TIMESTAMP } from "../layouts/layout.ts"
import type { EventValidator } from "../validation/event-validator.ts"
import type { Refusal } from "../validation/inspection.ts"
import { openEventFile, START } from "./event-files.ts"

/** Where an import goes on: everything before it was acknowledged. Plain JSON, to be kept between runs. */
export interface ResumePoint {
  /** The file's name without its folder; it must be among the files of the next run. */
  readonly file: string
  readonly byte: number
  readonly line: number
}

/** A row that was left out, and why. */
export interface RejectedRow {
  readonly file: string
  readonly line: number
  readonly reason: string
}

/** What was done so far. `accepted` are new to the log; `rejected` holds the first hundred refusals, `rejectedCount` counts all. */
export interface ImportSummary {
  readonly files: number
  readonly read: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejectedCount: number
  readonly rejected: readonly RejectedRow[]
  /** The line of the first file at which this run began: 1, or that of the resume point. */
  readonly resumedAt: number
  /** True when there were tables of interactions and none had times: their events carry one timestamp, and features of time must be off. */
  readonly timeless: boolean
  readonly resume: ResumePoint
}

/** What {@link importFiles} needs. */
export interface ImportOptions {
  /** Paths, read in this order: CSV and other delimited tables, JSON lines, Parquet, TREC judgements; gzip or not. */
  readonly files: readonly string[]
  /** The collection that tables of items and interactions are about. */
  readonly collection: string
  /** The system that judgements are for; the collection's name without. */
  readonly system?: string
  readonly schema: Schema
  readonly validator: EventValidator
  /** Takes one batch and resolves once it is durable, saying how many were there already. The next batch is read after that. */
  readonly sink: (batch: readonly Incoming[]) => Promise<{ readonly duplicates: number }>
  /** Goes on where an earlier run stopped. */
  readonly from?: ResumePoint | undefined
  /** Stamps rows of tables without times. Default {@link TIMELESS_TIMESTAMP}. */
  readonly timestamp?: number
  /** Called after each acknowledged batch: keep `resume` to go on from there. */
  readonly onProgress?: ((summary: ImportSummary) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const SHOWN = 100

/**
 * Brings files into the log: reads, maps, checks, and hands on in batches of about 256 KiB of text, never faster than the sink acknowledges.
 *
 * Ids are those of the file, or made of the file's name, the line and its content, so that a run after a crash or over a file that has grown
 * brings duplicates and nothing twice. Rows that are refused are told with file and line; the rest is kept.
 * @throws {@link InvalidArgument} when `from` names a file that is not among `files`, or a table's columns say nothing
 * @throws {@link Cancelled} when the signal fires; everything acknowledged stays
 */
export async function importFiles(options: ImportOptions): Promise<ImportSummary> {
  const { files, collection, schema, validator, sink, from, onProgress, signal } = options
  const first = firstFile(files, from)
  const rejected: RejectedRow[] = []
  let [done, read, accepted, duplicates, rejectedCount] = [0, 0, 0, 0, 0]
  let [timed, untimed] = [0, 0]
  let resume: ResumePoint = from ?? { file: basename(files[first] ?? ""), ...START }
  const reject = (file: string, line: number, reason: string) => {
    rejectedCount++
    if (rejected.length < SHOWN) rejected.push({ file, line, reason })
  }
  const summary = (): ImportSummary => ({
    ...{ files: done, read, accepted, duplicates, rejectedCount, rejected: [...rejected] },
    ...{ resumedAt: from?.line ?? 1, timeless: untimed > 0 && timed === 0, resume },
  })

  for (let f = first; f < files.length; f++) {
    const path = files[f]!
    const name = basename(path)
    const file = await openEventFile(path, {
      ...{ collection, schema, system: options.system ?? collection },
      timestamp: options.timestamp ?? TIMELESS_TIMESTAMP,
    })
    const start = f === first && from !== undefined ? { byte: from.byte, line: from.line } : START
    for await (const { events, lines, bad, next } of file.events(start, signal)) {
      for (const { line, reason } of bad) reject(name, line, reason)
      const batch: Incoming[] = []
      for (let i = 0; i < events.length; i++) {
        const { ok, error } = validator.validate(events[i])
        if (ok === undefined) reject(name, lines[i]!, reasonOf(error))
        else {
          batch.push(ok)
          if (ok.record.event === "interaction") file.timeless ? untimed++ : timed++
        }
      }
      throwIfCancelled(signal, `importing ${name}`)
      const already = batch.length === 0 ? 0 : (await sink(batch)).duplicates
      read += events.length + bad.length
      accepted += batch.length - already
      duplicates += already
      resume = { file: name, ...next }
      onProgress?.(summary())
    }
    done++
  }
  return summary()
}

/** The place of the resume point's file; 0 without one. */
function firstFile(files: readonly string[], from: ResumePoint | undefined): number {
  if (from === undefined) return 0
  const found = files.findIndex((path) => basename(path) === from.file)
  if (found >= 0) return found
  const names = files.map((path) => basename(path)).join(", ")
  throw new InvalidArgument(
    "import",
    `files with ${from.file}, where the last run stopped`,
    names || "none",
    "Name the same files in the same order.",
  )
}

const reasonOf = ({ where, expected, came, remedy }: Refusal) =>
  `${where.replace(/^event\.?/, "") || "event"}: expected ${expected}, came ${came}. ${remedy}`
