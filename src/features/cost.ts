import type { Candidates, Clock, StateDeclaration, StateTables } from "../core/index.ts"
import { matrix } from "../core/index.ts"
import { stateBytesPerKey } from "../storage/index.ts"
import type { FeatureRequest, StateFamily } from "./family.ts"
import type { FeatureSet } from "./feature-set.ts"

/** Slices a family is measured in; other work on the machine disturbs some of them. */
const SLICES = 5

/** What one feature family costs to read. */
export interface ReadCost {
  readonly family: string
  readonly columns: number
  /** Nanoseconds a candidate, its share of the request's own work included. */
  readonly nsPerRow: number
  /** State it reads, by table name; several families may share one. */
  readonly tables: readonly string[]
}

/** What one state table costs to keep, by formula. */
export interface StateCost {
  readonly table: string
  readonly key: StateDeclaration["key"]
  /** Bytes of one key; for a list, of one that is full. */
  readonly bytesPerKey: number
}

/**
 * What each family costs: nanoseconds a row measured on the given request, bytes a key by the formula of the tables.
 *
 * @param repeats - reads in a slice of the measurement, of which the fastest of five counts after one that does not; a few hundred give a steady figure
 */
export function featureCost(options: {
  readonly set: FeatureSet
  readonly tables: StateTables
  readonly request: FeatureRequest
  readonly candidates: Candidates
  readonly clock: Clock
  readonly repeats?: number
}): { readonly reads: readonly ReadCost[]; readonly state: readonly StateCost[] } {
  const { set, tables, request, candidates, clock, repeats = 200 } = options
  const out = matrix(candidates.size, set.columns.length)
  const reads = set.families
    .filter((family) => family.columns.length > 0)
    .map((family) => {
      let spentMs = Number.POSITIVE_INFINITY
      for (let slice = 0; slice <= SLICES; slice++) {
        const startMs = clock.monotonicMs()
        for (let i = 0; i < repeats; i++) family.read(tables, request, candidates, out, 0)
        const sliceMs = clock.monotonicMs() - startMs
        if (slice > 0) spentMs = Math.min(spentMs, sliceMs)
      }
      return {
        family: family.name,
        columns: family.columns.length,
        nsPerRow: (spentMs * 1e6) / (repeats * Math.max(1, candidates.size)),
        tables: [...new Set(family.states.flatMap((state) => state.state.map(({ name }) => name)))],
      }
    })
  return { reads, state: stateCosts(set.states) }
}

/** Bytes a key of every table, by formula; a list counts as full. */
export function stateCosts(states: readonly StateFamily[]): readonly StateCost[] {
  return states
    .flatMap((family) => family.state)
    .map((declaration) => ({
      table: declaration.name,
      key: declaration.key,
      bytesPerKey: stateBytesPerKey(declaration, declaration.kind === "list" ? declaration.limit : 0),
    }))
}

/** What one key of a kind takes: its fixed rows, and each entry of its lists; lists grow in powers of two, so up to twice the latter. */
export interface KeyCost {
  readonly key: StateDeclaration["key"]
  readonly fixedBytes: number
  /** Sum over its lists of the bytes of one entry. */
  readonly entryBytes: number
}

/** Bytes by kind of key over some states, equal tables once: `fixedBytes + entries * entryBytes` is what one user or item takes. */
export function keyCosts(states: readonly StateFamily[]): readonly KeyCost[] {
  const declarations = new Map(states.flatMap((family) => family.state).map((declaration) => [declaration.name, declaration]))
  const costs = new Map<StateDeclaration["key"], { fixedBytes: number; entryBytes: number }>()
  for (const declaration of declarations.values()) {
    const cost = costs.get(declaration.key) ?? { fixedBytes: 0, entryBytes: 0 }
    if (declaration.kind === "list") cost.entryBytes += 8 * declaration.width
    else cost.fixedBytes += stateBytesPerKey(declaration, 0)
    costs.set(declaration.key, cost)
  }
  return [...costs].map(([key, cost]) => ({ key, ...cost }))
}
