import type { ErrorCode } from "../../core/index.ts"
import { EVENT_LIMITS } from "./limits.ts"

/** The four parts of a refusal with its machine-readable kind, as plain data: a batch with many bad events must not pay for stack traces. */
export interface Refusal {
  readonly code: Extract<ErrorCode, "invalid_argument" | "too_large">
  readonly where: string
  readonly expected: string
  readonly came: string
  readonly remedy: string
}

/** What one event is found to be while it is read. One per validator and reused, so that a good event allocates its record alone. */
export interface Inspection {
  /** The first fault; `where` is relative to the event. */
  fault: Refusal | undefined
  /** Text and numbers so far, against {@link EVENT_LIMITS.eventSize}. */
  size: number
  /** Told of every unknown property and field that is kept. */
  readonly unknown: (path: string) => void
}

/** Remembers the first fault. Returns nothing, so that callers can end with it. */
export function refuse(inspection: Inspection, where: string, expected: string, came: unknown, remedy: string): undefined {
  inspection.fault ??= { code: "invalid_argument", where, expected, came: describe(came), remedy }
  return undefined
}

/** Remembers that something is larger than the cap. */
export function refuseSize(inspection: Inspection, where: string, expected: string, came: string, remedy: string): undefined {
  inspection.fault ??= { code: "too_large", where, expected, came, remedy }
  return undefined
}

/** Adds to the event's size; says whether it still fits. */
export function take(inspection: Inspection, size: number): boolean {
  inspection.size += size
  if (inspection.size <= EVENT_LIMITS.eventSize) return true
  refuseSize(
    inspection,
    "",
    `at most ${EVENT_LIMITS.eventSize} characters in one event`,
    "more",
    "Keep large texts and images elsewhere and send a reference.",
  )
  return false
}

/** A value as an error shows it: short, on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing"
  if (typeof value === "string")
    return value.length > 40 ? `${JSON.stringify(value.slice(0, 40))}... (${value.length} characters)` : JSON.stringify(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === "object" && value !== null) return "an object"
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value)
}

/** True for what JSON calls an object: no list, no instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
