import { breathe } from "../../core/index.ts"
import { analyser, analysers } from "../../features/index.ts"
import { ContentNeighbours, GrowingTokenLists } from "../../retrieval/index.ts"
import type { LiveParts } from "./funnel.ts"
import { categoryFields, type Recommendation } from "./options.ts"

/** Tokens an item has at most. */
const MOST_TOKENS = 64
/** Milliseconds between two looks at what changed, and items between two breaths of making the index anew: some four milliseconds. */
const LOOK_MS = 1000
const SLICE = 200
/** The number field whose decade is a token. */
const YEAR = "year"

/** Likeness of items by what they are: categories, words of their texts, the decade of their year. */
export interface LiveContent {
  /** The index, at most a moment behind the catalogue. */
  current(): ContentNeighbours
  /** Tokens of an item, also of one that is newer than the index; empty when it has none. */
  tokensOf(item: number): Uint32Array
  /** The token of a category's value, -1 when no item has it. */
  token(field: string, value: string): number
  /** Bytes of tokens and indexes, those by kind included. */
  bytes(): number
  /** The same by categories and decade alone, for difference on a page and for what is new: words of titles say little of what it is. */
  kinds(): ContentNeighbours
}

/** The content of the collection's items; undefined when its schema has nothing to compare items by. */
export async function liveContent(options: Recommendation, live: LiveParts): Promise<LiveContent | undefined> {
  const fields = contentFields(options)
  if (fields.categories.length === 0 && fields.texts.length === 0) return undefined
  const all = await follow(options, live, (item) => wordsOf(item, fields))
  const kinds = await follow(options, live, (item) => wordsOf(item, { ...fields, texts: [] }))
  return { ...all, kinds: kinds.current, bytes: () => all.bytes() + kinds.bytes() }
}

/** An index that follows the catalogue: items whose words changed are taken in by making it anew beside the requests, a slice at a time. */
async function follow(
  { collection }: Recommendation,
  { catalogue, clock }: LiveParts,
  words: (item: Readonly<Record<string, unknown>>) => Iterable<string>,
): Promise<Omit<LiveContent, "kinds">> {
  const numbers = new Map<string, number>()
  const lists = new GrowingTokenLists()
  let revision = 0
  let lookedAt = clock.monotonicMs()
  let isBuilding = false
  const tokenise = (item: number) => {
    const found: number[] = []
    if (catalogue.has(collection, item)) {
      for (const word of words(catalogue.fields(collection, item))) {
        if (found.length === MOST_TOKENS) break
        if (!numbers.has(word)) numbers.set(word, numbers.size)
        found.push(numbers.get(word)!)
      }
    }
    return Uint32Array.from(found)
  }
  /** Reads the items that changed; true when their words did. */
  const read = (changed: Uint32Array): boolean => {
    let isOther = false
    for (const item of changed) if (lists.set(item, tokenise(item))) isOther = true
    return isOther
  }
  const catchUp = async (): Promise<boolean> => {
    const now = catalogue.revision(collection)
    const changed = catalogue.changedSince(collection, revision)
    revision = now
    let isOther = false
    for (let from = 0; from < changed.length; from += SLICE) {
      if (from > 0) await breathe(undefined, "content")
      if (read(changed.subarray(from, from + SLICE))) isOther = true
    }
    return isOther
  }
  await catchUp()
  const fitted = () => ContentNeighbours.fitSlowly(lists.lists(numbers.size), () => breathe(undefined, "content"))
  let index = await fitted()
  const renew = async () => {
    isBuilding = true
    try {
      if (await catchUp()) index = await fitted()
    } finally {
      isBuilding = false
    }
  }
  const current = () => {
    const now = clock.monotonicMs()
    if (!isBuilding && now - lookedAt >= LOOK_MS) {
      lookedAt = now
      if (catalogue.revision(collection) !== revision) void renew()
    }
    return index
  }
  return {
    current,
    bytes: () => lists.bytes + index.bytes,
    tokensOf: (item) => (item < lists.size ? lists.of(item) : tokenise(item)),
    token: (field, value) => numbers.get(`${field}:${value}`) ?? -1,
  }
}

interface ContentFields {
  readonly categories: readonly string[]
  readonly texts: readonly string[]
  readonly hasYear: boolean
}

function contentFields({ schema }: Recommendation): ContentFields {
  const texts = Object.entries(schema.item).filter(([, field]) => field.type === "text")
  return { categories: categoryFields(schema), texts: texts.map(([name]) => name), hasYear: schema.item[YEAR]?.type === "number" }
}

const termsOf = analyser(analysers.search)

/** A category's value stays whole, as a person's name does; words of different fields stay apart. */
function* wordsOf(item: Readonly<Record<string, unknown>>, { categories, texts, hasYear }: ContentFields): Generator<string> {
  for (const field of categories) {
    const value = item[field]
    for (const one of Array.isArray(value) ? value : typeof value === "string" ? [value] : []) yield `${field}:${one}`
  }
  if (hasYear && typeof item[YEAR] === "number") yield `${YEAR}:${Math.floor((item[YEAR] as number) / 10)}0s`
  for (const field of texts)
    if (typeof item[field] === "string") for (const term of termsOf(item[field] as string)) yield `${field}/${term}`
}
