import { DEFAULT_COLLECTION } from "../core/index.ts"
import { compileEventValidator, type EventValidator, type EventValidatorOptions } from "../data/index.ts"
import type { Tenant } from "./tenant.ts"

/** Which items an event described: those of the catalogue, and those that were accepted a moment ago and are not folded yet. */
export interface KnownItems {
  has(collection: string, item: string): boolean
  /** What was accepted before is in the catalogue now. */
  folded(): void
}

/** The checks at the one way into a tenant's log: a later event of a batch may rely on an item that an earlier one describes. */
export function tenantValidator(
  tenant: Tenant,
  options: Omit<EventValidatorOptions, "isKnownItem">,
): { readonly validator: EventValidator; readonly known: KnownItems } {
  const waiting = new Set<string>()
  const key = (collection: string, item: string) => `${collection}\n${item}`
  const has = (collection: string, item: string) =>
    tenant.catalogue.has(collection, tenant.ids.collection(collection).find(item)) || waiting.has(key(collection, item))
  const inner = compileEventValidator({ ...options, isKnownItem: has })
  return {
    validator: {
      unknown: inner.unknown,
      validate(value, index) {
        const checked = inner.validate(value, index)
        const record = checked.ok?.record
        if (record?.event === "item") waiting.add(key(record.collection ?? DEFAULT_COLLECTION, record.item))
        return checked
      },
    },
    known: { has, folded: () => waiting.clear() },
  }
}
