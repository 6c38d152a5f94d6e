import { DEFAULT_COLLECTION, type LogRecord, type Position } from "../core/index.ts"

/** A person or item that is to be forgotten up to a position, or an alias that a later deletion must follow. */
export type Mark =
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "item"; readonly collection: string; readonly item: string }
  | { readonly kind: "alias"; readonly from: string; readonly to: string }

/** The marks a record makes, if any: few records do, so they are kept in a small table of their own. */
export function marksOf(record: LogRecord): readonly Mark[] {
  if (record.event === "alias") return [{ kind: "alias", from: record.from, to: record.to }]
  if (record.event !== "delete") return []
  const marks: Mark[] = []
  if (record.user !== undefined) marks.push({ kind: "user", user: record.user })
  if (record.item !== undefined) marks.push({ kind: "item", collection: record.collection ?? DEFAULT_COLLECTION, item: record.item })
  return marks
}

/**
 * What must be left out of every read: records of deleted people and items that came before the deletion.
 *
 * A deleted user takes along everything with that `user` (events, impressions, served lists, aliases) and, by the aliases known when the
 * deletion came, the users and sessions that turned out to be the same person. A deleted item takes along its `item` and `interaction`
 * records. Deletions themselves stay: they are the proof, and replays need them to clear what earlier records built.
 */
export class Tombstones {
  readonly #users = new Map<string, Position>()
  readonly #items = new Map<string, Map<string, Position>>()
  readonly #aliases = new Map<string, Set<string>>()
  #newest = 0

  /** The position of the newest deletion: nothing at or after it is hidden. */
  get newest(): Position {
    return this.#newest
  }

  /** Takes marks in the order of the log. */
  observe(position: Position, mark: Mark): void {
    if (mark.kind === "alias") {
      const from = this.#aliases.get(mark.to)
      if (from === undefined) this.#aliases.set(mark.to, new Set([mark.from]))
      else from.add(mark.from)
      return
    }
    this.#newest = Math.max(this.#newest, position)
    if (mark.kind === "user") this.#forget(mark.user, position)
    else {
      const items = this.#items.get(mark.collection)
      if (items === undefined) this.#items.set(mark.collection, new Map([[mark.item, position]]))
      else items.set(mark.item, position)
    }
  }

  #forget(user: string, position: Position): void {
    const open = [user]
    const seen = new Set<string>()
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      this.#users.set(id, position)
      for (const from of this.#aliases.get(id) ?? []) open.push(from, `session:${from}`)
    }
  }

  /** True when a later deletion covers the record. */
  hides(position: Position, record: LogRecord): boolean {
    if (position >= this.#newest) return false
    switch (record.event) {
      case "item":
        return this.#itemHidden(record.collection, record.item, position)
      case "interaction":
        return this.#whoHidden(record.user, record.session, position) || this.#itemHidden(record.collection, record.item, position)
      case "user":
        return this.#userHidden(record.user, position)
      case "impression":
      case "served":
        return this.#whoHidden(record.user, record.session, position)
      case "alias":
        return this.#userHidden(record.to, position) || this.#userHidden(record.from, position)
      default:
        return false
    }
  }

  #userHidden(user: string, position: Position): boolean {
    const tomb = this.#users.get(user)
    return tomb !== undefined && position < tomb
  }

  #whoHidden(user: string | undefined, session: string | undefined, position: Position): boolean {
    if (this.#users.size === 0) return false
    if (user !== undefined) return this.#userHidden(user, position)
    return session !== undefined && this.#userHidden(`session:${session}`, position)
  }

  #itemHidden(collection: string = DEFAULT_COLLECTION, item: string, position: Position): boolean {
    const tomb = this.#items.get(collection)?.get(item)
    return tomb !== undefined && position < tomb
  }
}
