import type { Actor, FeatureFamily } from "./family.ts"
import type { FeatureSet } from "./feature-set.ts"

/** One feature column as people look it up. */
export interface RegisteredFeature {
  readonly column: string
  readonly family: string
  /** Version of the family's code. */
  readonly version: number
  /** Who or what it tells about; two or more make it a history between them, or a comparison. */
  readonly actors: readonly Actor[]
  /** `code`: a number that names a value; `number`: a quantity. */
  readonly type: "number" | "code"
  /** True when the value says something of a person: keep it out of what outlives the person. */
  readonly personal: boolean
  /** The span it looks back over, such as `7d`, when it has one; `fading` or `moving` where older events count less and less. */
  readonly window?: string
  /** State it is read from, by table. */
  readonly tables: readonly string[]
}

/** The features of a set by the actors they tell about, such as `user`, `item`, `item x user`. */
export interface FeatureRegistry {
  readonly schemaHash: string
  readonly groups: readonly { readonly actors: readonly Actor[]; readonly name: string; readonly features: readonly RegisteredFeature[] }[]
}

const ORDER: readonly Actor[] = ["user", "session", "item", "query", "context", "list"]

/** Every column of a set, grouped by actor and by pair of actors, in the order user, session, item, query, context, list. */
export function featureRegistry(set: FeatureSet): FeatureRegistry {
  const groups = new Map<string, { actors: readonly Actor[]; features: RegisteredFeature[] }>()
  for (const family of set.families) {
    const actors = actorsOf(family)
    const name = actors.join(" x ")
    const group = groups.get(name) ?? { actors, features: [] }
    groups.set(name, group)
    const tables = [...new Set(family.states.flatMap((state) => state.state.map((declaration) => declaration.name)))]
    for (const column of family.columns) {
      const window = windowOf(column)
      group.features.push({
        column,
        family: family.name,
        version: family.version,
        actors,
        type: family.codes?.includes(column) === true ? "code" : "number",
        personal: family.personal ?? actors.some((actor) => actor === "user" || actor === "session"),
        ...(window === undefined ? {} : { window }),
        tables,
      })
    }
  }
  const sorted = [...groups].sort(([, a], [, b]) => a.actors.length - b.actors.length || rankOf(a.actors) - rankOf(b.actors))
  return { schemaHash: set.schemaHash, groups: sorted.map(([name, group]) => ({ name, ...group })) }
}

/** The actors a family names; else those that key its state. */
function actorsOf(family: FeatureFamily): readonly Actor[] {
  const keys = new Set(family.states.flatMap((state) => state.state.map(({ key }) => key)))
  const guessed: readonly Actor[] = [
    ...(keys.has("user") || keys.has("pair") ? (["user"] as const) : []),
    ...(keys.has("session") ? (["session"] as const) : []),
    ...(keys.has("item") || keys.has("pair") ? (["item"] as const) : []),
  ]
  const named = family.actors ?? (guessed.length === 0 ? (["context"] as const) : guessed)
  return ORDER.filter((actor) => named.includes(actor))
}

function rankOf(actors: readonly Actor[]): number {
  return actors.reduce((rank, actor) => rank * ORDER.length + ORDER.indexOf(actor), 0)
}

function windowOf(column: string): string | undefined {
  return /(?:^|\.)(all|\d+[mhd]|fading[\d.]+d|moving|recentShare|share|hoursSince)(?:\.|$)/.exec(column)?.[1]
}
