import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const root = fileURLToPath(new URL("../src", import.meta.url))

/** Reads of folded state outside `features`, and what each is: look-ups that decide or show something, never inputs of a model. */
const lookUps: Readonly<Record<string, string>> = {
  "engine/export-names.ts": "who has a history: whom pages are ranked ahead for",
  "engine/people.ts": "a person's history, shown in a picker",
  "systems/recommendation/item-vectors.ts": "vectors that items came with, for the index that retrieval searches",
  "systems/recommendation/begun.ts": "what somebody began and how far they came, to show it in a row",
  "systems/recommendation/known.ts": "history, visit, household, what is put aside and followed: to start retrieval from and to filter by",
  "systems/recommendation/places-trending.ts": "counts by place, for the list of what is taken up there",
  "systems/recommendation/raise.ts": "first seen, to raise new items for a while",
  "systems/recommendation/new-to-release.ts": "when an item came in, to tell what is new from what nobody wants",
  "systems/recommendation/refresh.ts": "who took items up lately, to move their vectors between trainings",
  "systems/recommendation/retrievers.ts": "first seen and counts, for the lists of new and trending items",
}
/** Folders that define or keep state; the rest may only look it up. */
const owners = new Set(["core", "storage", "features"])
/** A table opened for reading, or one of the functions that read it. */
const reads = /\btables\.(fixed|list)\(|\b(windowSum|windowCount|latestValue|ringValue|ringLength)\(|\bfeatures\.counter\(/

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sources(path)
    return path.endsWith(".ts") && !path.includes(".test.") ? [relative(root, path).split(sep).join("/")] : []
  })
}

const readers = sources(root).filter((path) => !owners.has(path.split("/")[0]!) && reads.test(readFileSync(join(root, path), "utf8")))

test("no feature is computed outside features: whoever reads state elsewhere is a look-up listed by name", () => {
  expect(readers.filter((path) => lookUps[path] === undefined)).toEqual([])
})

test("every listed look-up still is one", () => {
  expect(Object.keys(lookUps).filter((path) => !readers.includes(path))).toEqual([])
})

test.each([
  { line: 'const count = tables.fixed("item.click").page(id)[0]', isRead: true },
  { line: "row[3] = windowCount(counts, shape, id, 0, now)", isRead: true },
  { line: "const rows = features.read(tables, request, list)", isRead: false },
])("the pattern knows a read of state: $line", ({ line, isRead }) => {
  expect(reads.test(line)).toBe(isRead)
})
