/** The machine-readable kind of a refusal; `serving` maps each to an HTTP status, `cli` to an exit code. */
export type ErrorCode =
  | "invalid_argument"
  | "not_found"
  | "conflict"
  | "unauthorized"
  | "too_large"
  | "overloaded"
  | "deadline_exceeded"
  | "unavailable"
  | "corrupt"
  | "cancelled"

/**
 * A refusal a person can act on: where it happened, what was expected, what came, what to do.
 *
 * The message reads `where: expected X, came Y. Remedy.`; the four parts stay apart so that the HTTP error body can carry them.
 * Never put a secret, a path of the machine or a stack trace into a part: they travel to clients.
 */
export abstract class TrommelError extends Error {
  abstract readonly code: ErrorCode
  readonly where: string
  readonly expected: string
  readonly came: string
  readonly remedy: string
  constructor(where: string, expected: string, came: string, remedy: string) {
    super(`${where}: expected ${expected}, came ${came}. ${remedy}`)
    this.where = where
    this.expected = expected
    this.came = came
    this.remedy = remedy
  }
}

/** A value outside what a function, file or request accepts. */
export class InvalidArgument extends TrommelError {
  override readonly name = "InvalidArgument"
  readonly code = "invalid_argument"
}

/** Something named that does not exist; `expected` lists the known names. */
export class NotFound extends TrommelError {
  override readonly name = "NotFound"
  readonly code = "not_found"
}

/** The state forbids it now: a second writer, a release that failed its gates, a run that is already under way. */
export class Conflict extends TrommelError {
  override readonly name = "Conflict"
  readonly code = "conflict"
}

/** A request without the key or origin it needs. */
export class Unauthorized extends TrommelError {
  override readonly name = "Unauthorized"
  readonly code = "unauthorized"
}

/** More memory, rows or bytes than the cap allows; `came` states the size it would need. */
export class TooLarge extends TrommelError {
  override readonly name = "TooLarge"
  readonly code = "too_large"
}

/** Refused now to protect the requests already accepted; trying again later is right. */
export class Overloaded extends TrommelError {
  override readonly name = "Overloaded"
  readonly code = "overloaded"
}

/** The time a request was given ran out before there was any answer to give. */
export class DeadlineExceeded extends TrommelError {
  override readonly name = "DeadlineExceeded"
  readonly code = "deadline_exceeded"
}

/** A part that is missing on this machine or not started: a native package, a disk, a release. */
export class Unavailable extends TrommelError {
  override readonly name = "Unavailable"
  readonly code = "unavailable"
}

/** Stored bytes that do not match their hash, length or format. */
export class Corrupt extends TrommelError {
  override readonly name = "Corrupt"
  readonly code = "corrupt"
}

/** The caller's signal stopped the work. */
export class Cancelled extends TrommelError {
  override readonly name = "Cancelled"
  readonly code = "cancelled"
}

/** Throws {@link Cancelled} when the signal has fired; call it between units of long work. */
export function throwIfCancelled(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted) throw new Cancelled(where, "to run to its end", "a stop signal", "Run it again: finished parts are kept.")
}

/** An unknown name, with the known ones listed. `what` is the kind of thing, such as `feature`. */
export function unknownName(where: string, what: string, came: string, known: Iterable<string>): NotFound {
  const names = [...known].sort()
  return new NotFound(
    where,
    `${/^[aeio]/.test(what) ? "an" : "a"} ${what} among ${names.length === 0 ? "(none)" : names.join(", ")}`,
    JSON.stringify(came),
    "Check the spelling.",
  )
}
