import { InvalidArgument, type Random } from "../../core/index.ts"

/** What one setting may be: values to pick from, or a range; `log` draws each factor alike, as for rates and penalties. */
export type Choice =
  | { readonly values: readonly (string | number | boolean)[] }
  | { readonly from: number; readonly to: number; readonly scale?: "linear" | "log"; readonly whole?: boolean }

/** Settings by name: what a search draws configs from. */
export type Space = Readonly<Record<string, Choice>>

/** A config as JSON: a value for every setting of the space. */
export type Drawn = Readonly<Record<string, string | number | boolean>>

/** Draws a config. */
export function drawConfig(space: Space, draw: Random): Drawn {
  return Object.fromEntries(Object.entries(space).map(([name, choice]) => [name, drawValue(choice, draw)]))
}

/** @throws {@link InvalidArgument} on a range that is empty or not finite, a logarithmic one that reaches 0, a list without values */
export function checkSpace(where: string, space: Space): void {
  for (const [name, choice] of Object.entries(space)) {
    const fail = (expected: string, came: string): never => {
      throw new InvalidArgument(where, `${expected} for ${name}`, came, "Correct the space.")
    }
    if ("values" in choice) {
      if (choice.values.length === 0) fail("a value or more", "none")
      continue
    }
    const { from, to, scale, whole } = choice
    if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to)) fail("a range from low to high", `${from} to ${to}`)
    if (scale === "log" && from <= 0) fail("a logarithmic range above 0", `${from} to ${to}`)
    if (whole && Math.floor(to) < Math.ceil(from)) fail("a whole number in the range", `${from} to ${to}`)
  }
}

function drawValue(choice: Choice, draw: Random): string | number | boolean {
  if ("values" in choice) return choice.values[draw.integer(choice.values.length)]!
  const { from, to, scale = "linear", whole = false } = choice
  // Whole numbers: each gets the same share of the range.
  const [low, high] = whole ? [Math.ceil(from), Math.floor(to) + 1] : [from, to]
  const share = draw.next()
  const value = scale === "log" ? low * (high / low) ** share : low + (high - low) * share
  return whole ? Math.min(high - 1, Math.floor(value)) : value
}
