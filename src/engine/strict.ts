import { DEFAULT_COLLECTION, type LogRecord } from "../core/index.ts"
import type { Refusal } from "../data/index.ts"
import type { KnownItems } from "./known-items.ts"

/**
 * What `strict` refuses of a valid event: an item that nobody described, a request that nobody asked. Without it such events are kept until
 * the item comes, or as unattributed.
 */
export function strictRefusal(
  record: LogRecord,
  index: number,
  known: KnownItems,
  isRequest: (id: string) => boolean,
): Refusal | undefined {
  const unknown = (path: string, expected: string, came: string, remedy: string): Refusal => ({
    code: "invalid_argument",
    where: `events[${index}].${path}`,
    expected,
    came: JSON.stringify(came),
    remedy,
  })
  const item = (path: string, id: string, collection: string = DEFAULT_COLLECTION) =>
    known.has(collection, id)
      ? undefined
      : unknown(path, `an item of ${collection} that an event described before`, id, "Send its item event first, or leave strict out.")
  switch (record.event) {
    case "interaction":
      return item("item", record.item, record.collection) ?? request(record.request)
    case "judgement":
      return (record.item === undefined ? undefined : item("item", record.item, record.collection)) ?? request(record.request)
    case "impression":
      for (const [place, shown] of record.items.entries()) {
        const refused = item(`items[${place}].id`, shown.id, shown.collection)
        if (refused !== undefined) return refused
      }
      return request(record.request)
    default:
      return undefined
  }

  function request(id: string | undefined): Refusal | undefined {
    if (id === undefined || isRequest(id)) return undefined
    return unknown(
      "request",
      "the id of a request that was logged in the last days",
      id,
      "Send the requestId of an answer, or leave strict out.",
    )
  }
}
