import { InvalidArgument } from "../core/index.ts"
import { FOREVER_MS } from "./state-access.ts"

/** A span of time that ends at the request: `30m`, `1h`, `7d`, or `all`. */
export type Window = "all" | `${number}${"m" | "h" | "d"}`

/** Buckets a window is cut into; it moves in steps of an eighth of its length. */
export const BUCKETS_PER_WINDOW = 8

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Length in milliseconds. @throws {@link InvalidArgument} on anything but a positive whole number with a unit, or `all` */
export function windowMs(window: Window, where: string): number {
  if (window === "all") return FOREVER_MS
  const count = Number(window.slice(0, -1))
  const unit = UNITS_MS[window.slice(-1)]
  if (unit === undefined || !Number.isInteger(count) || count < 1) {
    throw new InvalidArgument(where, "a window such as 30m, 1h, 7d or all", JSON.stringify(window), "Write a whole number and m, h or d.")
  }
  return count * unit
}

/** The windows that stay when the data carries no time, and those that do not. */
export function splitWindows(
  windows: readonly Window[],
  timeless: boolean,
): { readonly kept: readonly Window[]; readonly off: readonly Window[] } {
  if (!timeless) return { kept: windows, off: [] }
  return { kept: windows.filter((window) => window === "all"), off: windows.filter((window) => window !== "all") }
}
