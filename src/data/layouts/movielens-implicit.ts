import { basename } from "node:path"
import type { Event } from "../../core/index.ts"
import { lineBlocks } from "../files/text-blocks.ts"
import { fieldTable } from "./field-table.ts"
import { type DataLayout, eventId, findFile, inBatches, inCollection, type Opening, TIMELESS_TIMESTAMP } from "./layout.ts"

/**
 * Who interacted with what and nothing else: `train.txt` and `test.txt`, one line per user, the user and then the items, between spaces.
 * `items.tsv` and `users.tsv` (a header, the id first) may stand beside them. Any file may be packed with gzip; ids may have gaps.
 */
export async function movielensImplicit(opening: Opening): Promise<DataLayout | undefined> {
  const { folder, collection, type } = opening
  const train = await findFile(folder, "train.txt")
  const test = await findFile(folder, "test.txt")
  if (train === undefined || test === undefined) return undefined
  const itemPath = await findFile(folder, "items.tsv")
  const userPath = await findFile(folder, "users.tsv")
  const items = itemPath && (await fieldTable({ path: itemPath, owner: "item", collection, delimiter: "\t", skip: ["movie_id"] }))
  const users = userPath && (await fieldTable({ path: userPath, owner: "user", collection, delimiter: "\t", skip: ["orig_id"] }))

  async function* interactions(path: string, signal?: AbortSignal): AsyncGenerator<Event> {
    const file = basename(path).replace(/\.gz$/, "")
    for await (const { user, items } of userLines(path, signal)) {
      for (const item of items) {
        const id = eventId(collection, file, user, item)
        yield { id, timestamp: TIMELESS_TIMESTAMP, event: "interaction", item, ...inCollection(collection), type, user }
      }
    }
  }
  async function* all(part: string, signal?: AbortSignal): AsyncGenerator<Event> {
    if (part !== "test") {
      if (items) yield* items.events({ signal })
      if (users) yield* users.events({ signal })
      yield* interactions(train!, signal)
    }
    if (part !== "train") yield* interactions(test!, signal)
  }

  return {
    name: "movielens-implicit",
    timeless: true,
    collection,
    files: [train, test, itemPath, userPath].flatMap((path) => (path === undefined ? [] : [basename(path)])),
    schema: { item: items ? items.fields : {}, ...(users ? { user: users.fields } : {}) },
    problems: [],
    split: "the data set's own, by file",
    events: (part, { signal } = {}) => inBatches(all(part, signal)),
    async testTruth({ signal } = {}) {
      const truth = new Map<string, readonly string[]>()
      for await (const { user, items } of userLines(test, signal)) {
        const before = truth.get(user)
        truth.set(user, before === undefined ? items : [...new Set([...before, ...items])])
      }
      return truth
    },
  }
}

/** One user and the items of one line, each once. Users without items are left out. */
async function* userLines(path: string, signal?: AbortSignal): AsyncGenerator<{ user: string; items: readonly string[] }> {
  for await (const { lines } of lineBlocks(path, { signal })) {
    for (const line of lines) {
      const [user, ...items] = line.split(/\s+/).filter((part) => part !== "")
      if (user !== undefined && items.length > 0) yield { user, items: [...new Set(items)] }
    }
  }
}
