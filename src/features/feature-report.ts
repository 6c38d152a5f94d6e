import { type Candidates, type Clock, candidates, type StateTables } from "../core/index.ts"
import { featureCost } from "./cost.ts"
import type { Actor } from "./family.ts"
import type { FeatureSet } from "./feature-set.ts"
import { featureRegistry } from "./registry.ts"
import { type StateUse, stateUse } from "./state-use.ts"

/** What a family is about, costs to read and keep, and how fresh it is. */
export interface FamilyReport {
  readonly family: string
  readonly version: number
  readonly actors: readonly Actor[]
  readonly columns: readonly string[]
  readonly personal: boolean
  /** Nanoseconds a candidate, measured now; absent while there is no item to read. */
  readonly nsPerRow?: number
  /** State it reads, tables shared with others included. */
  readonly tables: readonly string[]
  readonly bytes: number
  readonly stalenessMs?: number
}

/** Every family of a set with what it costs, and every table of its state. Plain JSON. */
export interface FeatureReport {
  readonly schemaHash: string
  readonly families: readonly FamilyReport[]
  readonly tables: readonly StateUse[]
}

/** Items read to measure a family. */
const ROWS = 100

/**
 * Looks at the features of a set as they are now: registry, measured cost of reading, state kept and its age.
 *
 * Takes some milliseconds a family: reads 100 rows a few hundred times each.
 * @param items - dense ids to read, the first 100 count
 */
export function featureReport(options: {
  readonly set: FeatureSet
  readonly tables: StateTables
  readonly items: ArrayLike<number>
  readonly clock: Clock
  /** Reads in a slice of the measurement; see `featureCost`. Default 5. */
  readonly repeats?: number
}): FeatureReport {
  const { set, tables, items, clock, repeats = 5 } = options
  const use = stateUse(set, tables, clock.now())
  const request = set.request(tables, { now: clock.now() })
  const list: Candidates = candidates(Math.min(ROWS, items.length))
  list.collections.fill(request.collection)
  for (let row = 0; row < list.size; row++) list.ids[row] = items[row]!
  const reads = list.size === 0 ? [] : featureCost({ set, tables, request, candidates: list, clock, repeats }).reads
  const cost = new Map(reads.map(({ family, nsPerRow }) => [family, nsPerRow]))
  const registered = new Map(
    featureRegistry(set).groups.flatMap(({ features }) => features.map((feature) => [feature.family, feature] as const)),
  )
  const families = use.families
    .filter(({ columns }) => columns.length > 0)
    .map(({ family, version, columns, tables: names, bytes, stalenessMs }) => {
      const nsPerRow = cost.get(family)
      return {
        family,
        version,
        actors: registered.get(family)!.actors,
        columns,
        personal: registered.get(family)!.personal,
        ...(nsPerRow === undefined ? {} : { nsPerRow }),
        tables: names,
        bytes,
        ...(stalenessMs === undefined ? {} : { stalenessMs }),
      }
    })
  return { schemaHash: set.schemaHash, families, tables: use.tables }
}
