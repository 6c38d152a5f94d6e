import {
  Cancelled,
  Conflict,
  Corrupt,
  DeadlineExceeded,
  type ErrorCode,
  InvalidArgument,
  NotFound,
  Overloaded,
  TooLarge,
  TrommelError,
  Unauthorized,
  Unavailable,
} from "./errors.ts"

/** What a pool sends its worker: a task, whose `stop` turns 1 when it should end, or word that `stop` has turned. */
export type ToWorker =
  | { readonly kind: "run"; readonly id: number; readonly task: string; readonly input: unknown; readonly stop: Int32Array }
  | { readonly kind: "stop"; readonly id: number }

/** What a worker answers. */
export type FromWorker =
  | { readonly kind: "progress"; readonly id: number; readonly done: number }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: PlainError }

/** An error as data: classes do not survive the way between threads. */
export type PlainError =
  | { readonly code: ErrorCode; readonly parts: readonly [where: string, expected: string, came: string, remedy: string] }
  | { readonly code: undefined; readonly message: string; readonly stack: string | undefined }

const classes: Readonly<Record<ErrorCode, new (where: string, expected: string, came: string, remedy: string) => TrommelError>> = {
  invalid_argument: InvalidArgument,
  not_found: NotFound,
  conflict: Conflict,
  unauthorized: Unauthorized,
  too_large: TooLarge,
  overloaded: Overloaded,
  deadline_exceeded: DeadlineExceeded,
  unavailable: Unavailable,
  corrupt: Corrupt,
  cancelled: Cancelled,
}

/** The parts of an error that travel. */
export function errorToPlain(error: unknown): PlainError {
  if (error instanceof TrommelError) return { code: error.code, parts: [error.where, error.expected, error.came, error.remedy] }
  if (error instanceof Error) return { code: undefined, message: error.message, stack: error.stack }
  return { code: undefined, message: String(error), stack: undefined }
}

/** The error again, of its own class where it is one of ours. */
export function errorFromPlain(plain: PlainError): Error {
  if (plain.code !== undefined) return new classes[plain.code](...plain.parts)
  const error = new Error(plain.message)
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}
