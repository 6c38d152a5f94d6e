import { readFileSync } from "node:fs"
import { expect } from "vitest"

/** One case of a file in test/vectors. */
export interface VectorCase<Input> {
  readonly id: string
  readonly fn: string
  readonly input: Input
  readonly expected: Record<string, unknown>
  readonly tol?: Tolerance
}

interface Tolerance {
  readonly rel: number
  readonly abs: number
}

/** The cases of test/vectors/NAME.json and its default tolerance. */
export function readVectors<Input>(name: string): { readonly tolerance: Tolerance; readonly cases: VectorCase<Input>[] } {
  const file = JSON.parse(readFileSync(new URL(`../../test/vectors/${name}.json`, import.meta.url), "utf8"))
  return { tolerance: file.tolerance.default, cases: file.cases }
}

/** Expects every number of `want` in `got` within the tolerance, and null where null is wanted. */
export function expectClose(got: unknown, want: unknown, tolerance: Tolerance, path: string): void {
  if (typeof want === "number") {
    const allowed = Math.max(tolerance.abs, tolerance.rel * Math.abs(want))
    expect(Math.abs((got as number) - want), `${path}: got ${got}, want ${want}`).toBeLessThanOrEqual(allowed)
    return
  }
  if (want === null || typeof want !== "object") {
    expect(got, path).toBe(want)
    return
  }
  if (Array.isArray(want)) expect((got as ArrayLike<unknown>).length, `${path}.length`).toBe(want.length)
  for (const [key, value] of Object.entries(want)) expectClose((got as Record<string, unknown>)[key], value, tolerance, `${path}.${key}`)
}
