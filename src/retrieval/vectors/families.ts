import type { VectorFamily } from "./base-index.ts"
import { clusters } from "./clusters.ts"
import { forest } from "./forest.ts"
import { graph } from "./graph.ts"
import { hashing } from "./hashing.ts"
import { int8Scan } from "./int8-scan.ts"
import { product } from "./product.ts"

/** Every kind of base index by name. */
export const vectorFamilies = { int8: int8Scan, product, clusters, graph, forest, lsh: hashing } as const

/** A kind of base index. */
export type VectorFamilyName = keyof typeof vectorFamilies

/** What a family may be told; every key has a default. */
export type VectorConfig<Name extends VectorFamilyName> = (typeof vectorFamilies)[Name] extends VectorFamily<infer Config> ? Config : never

/** The family of a name that came from outside, its config not checked yet. */
export function familyNamed(name: string): VectorFamily<object> | undefined {
  return Object.hasOwn(vectorFamilies, name) ? (vectorFamilies[name as VectorFamilyName] as VectorFamily<object>) : undefined
}
