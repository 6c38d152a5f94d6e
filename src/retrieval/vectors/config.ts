import { InvalidArgument } from "../../core/index.ts"

/** A whole number within bounds. @throws {@link InvalidArgument} on another */
export function wholeFrom(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgument(where, `a whole number from ${least} to ${most}`, String(value), "Leave it out for the default.")
}
