import type { GateResult } from "./manifest.ts"

/** What the gates are told of a candidate: its own metrics on held-out data, and those of the simplest thing that could serve. */
export interface GateInput {
  readonly primary: string
  readonly candidate: Readonly<Record<string, number>>
  readonly popularity: Readonly<Record<string, number>>
}

/** A condition a release must meet before it may serve. */
export type Gate = (input: GateInput) => GateResult

/** Not below popularity on the primary metric. */
const notBelowPopularity: Gate = ({ primary, candidate, popularity }) => {
  const own = candidate[primary]
  const bar = popularity[primary]
  const detail = `${primary} ${shown(own)}, popularity ${shown(bar)}`
  return { name: "not below popularity", passed: own !== undefined && bar !== undefined && own >= bar, detail }
}

/** The gates by name. */
export const gates: Readonly<Record<string, Gate>> = { notBelowPopularity }

/** Asks every gate; a release may serve when all passed. */
export function checkGates(input: GateInput, asked: Readonly<Record<string, Gate>> = gates): readonly GateResult[] {
  return Object.values(asked).map((gate) => gate(input))
}

const shown = (value: number | undefined) => (value === undefined ? "not measured" : value.toFixed(4))
