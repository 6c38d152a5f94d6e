import type { StateDeclaration, StateTables } from "../core/index.ts"
import { stateBytesPerKey } from "../storage/index.ts"
import type { StateFamily } from "./family.ts"
import type { FeatureSet } from "./feature-set.ts"

/** Keys a table is looked at for its ages, spread evenly. */
const SAMPLED = 10_000

/** What one state table holds now. */
export interface StateUse {
  readonly table: string
  readonly key: StateDeclaration["key"]
  readonly keys: number
  /** By formula, from what each key holds: without the rounding to whole slabs. */
  readonly bytes: number
  /** Milliseconds since the newest event that is in it; undefined where rows carry no time, or there is none. */
  readonly stalenessMs?: number
  /** The age that half of the keys are younger than. */
  readonly medianAgeMs?: number
}

/** What one family's state comes to; tables that several families share count for each of them. */
export interface FamilyUse {
  readonly family: string
  readonly version: number
  readonly columns: readonly string[]
  readonly tables: readonly string[]
  readonly bytes: number
  readonly stalenessMs?: number
}

/**
 * How many keys each table holds, how many bytes, and how old they are; and the same by family. Plain JSON.
 *
 * Reads every list's length and the times of at most 10,000 keys a table: milliseconds for a million keys.
 * @param now - epoch milliseconds that ages are counted to
 */
export function stateUse(
  set: Pick<FeatureSet, "families" | "states">,
  tables: StateTables,
  now: number,
): { readonly tables: readonly StateUse[]; readonly families: readonly FamilyUse[] } {
  const used = set.states.flatMap((state) => state.state).map((declaration) => useOf(declaration, tables, now))
  const byName = new Map(used.map((use) => [use.table, use]))
  const families = set.families.map(({ name, version, columns, states }) => {
    const names = [...new Set(withNeeds(states).flatMap((state) => state.state.map((declaration) => declaration.name)))]
    const own = names.flatMap((table) => byName.get(table) ?? [])
    const staleness = own.flatMap(({ stalenessMs }) => stalenessMs ?? [])
    return {
      family: name,
      version,
      columns,
      tables: names,
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(staleness.length === 0 ? {} : { stalenessMs: Math.min(...staleness) }),
    }
  })
  return { tables: used, families }
}

function useOf(declaration: StateDeclaration, tables: StateTables, now: number): StateUse {
  const { name, key } = declaration
  if (declaration.kind === "list") {
    const table = tables.list(name)
    let bytes = 0
    for (let at = 0; at < table.keyEnd; at++) if (table.length(at) > 0) bytes += stateBytesPerKey(declaration, table.length(at))
    // The second number of a tuple is a time where the list is a user's: see `mergeUser`.
    const timed = key === "user" && declaration.width >= 2
    const ages = timed
      ? sampledAges(table.keyEnd, now, (at) => {
          const length = table.length(at)
          return length === 0 ? undefined : table.page(at)[table.start(at) + (length - 1) * declaration.width + 1]
        })
      : []
    return { table: name, key, keys: table.size, bytes, ...agesOf(ages) }
  }
  const table = tables.fixed(name)
  const ages =
    declaration.kind === "latest"
      ? sampledAges(table.keyEnd, now, (at) => (table.has(at) ? table.page(at)[table.offset(at)] : undefined))
      : []
  return { table: name, key, keys: table.size, bytes: table.size * stateBytesPerKey(declaration), ...agesOf(ages) }
}

/** Ages of keys spread evenly over the table; keys without a time are left out. */
function sampledAges(keyEnd: number, now: number, timeOf: (key: number) => number | undefined): number[] {
  const step = Math.max(1, Math.floor(keyEnd / SAMPLED))
  const ages: number[] = []
  for (let key = 0; key < keyEnd; key += step) {
    const time = timeOf(key)
    if (time !== undefined && time > 0) ages.push(now - time)
  }
  return ages
}

function agesOf(ages: number[]): Pick<StateUse, "stalenessMs" | "medianAgeMs"> {
  if (ages.length === 0) return {}
  const sorted = ages.toSorted((a, b) => a - b)
  return { stalenessMs: sorted[0]!, medianAgeMs: sorted[sorted.length >> 1]! }
}

function withNeeds(states: readonly StateFamily[]): readonly StateFamily[] {
  return states.flatMap((state) => [...withNeeds(state.needs ?? []), state])
}
