import { readFile } from "node:fs/promises"
import { InvalidArgument, NotFound, USERS } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import type { PageKey } from "../funnel/index.ts"
import type { ExportOptions } from "./api.ts"
import type { Tenant } from "./tenant.ts"

/** Whose lists are made, in an order that a later run repeats: everybody with a history, everything in the catalogue, or who is named. */
export async function namesOf(
  tenant: Tenant,
  definition: SystemDefinition,
  of: PageKey["of"],
  users: ExportOptions["users"],
): Promise<readonly string[]> {
  const collection = definition.collections[0]!
  if (of === "item") {
    if (users !== undefined) throw new InvalidArgument("export", "no list of people for the pages of items", "one", "Leave out users.")
    const items = tenant.ids.collection(collection)
    return Array.from({ length: items.size }, (_, dense) => dense)
      .filter((dense) => tenant.catalogue.has(collection, dense) && !tenant.catalogue.withdrawn(collection, dense))
      .map((dense) => items.name(dense))
  }
  if (users !== undefined) return typeof users === "string" ? await namesIn(users) : users
  const people = tenant.ids.collection(USERS)
  const history = tenant.tables.list(tenant.featureSet(definition.name, false).historyName)
  const names: string[] = []
  for (let dense = 0; dense < people.size; dense++) if (history.length(dense) > 0) names.push(people.name(dense))
  return names
}

async function namesIn(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new NotFound("export", "a file with one id a line", JSON.stringify(path), "Check the path.")
  })
  return [...new Set(text.split(/\r?\n/).filter((line) => line !== ""))]
}

/** Where to go on: names are in the order of their dense ids, unless they were given; new ones may have come since, others gone. */
export function placeAfter(
  { last, done }: { readonly last: string; readonly done: number },
  names: readonly string[],
  ids: { find(name: string): number },
): number {
  if (names[done - 1] === last) return done
  const after = names.findIndex((name) => ids.find(name) > ids.find(last))
  return after < 0 ? names.length : after
}
