import type { ErrorCode } from "../core/index.ts"

/** The exit code of every refusal; 1 is a fault nobody foresaw. */
export const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 2,
  not_found: 3,
  conflict: 4,
  unavailable: 5,
  corrupt: 5,
  overloaded: 6,
  deadline_exceeded: 6,
  unauthorized: 7,
  too_large: 8,
  cancelled: 130,
}

/** What the exit codes mean, as help prints them. */
export const exitCodesText = `Exit codes: 0 done, 1 unexpected fault, 2 wrong usage or input, 3 not found, 4 conflict with the present state,
5 unavailable or corrupt, 6 out of time or overloaded, 7 not allowed, 8 too large, 130 interrupted.`
