import { type CollectionIds, murmur3, type StateTables } from "../../core/index.ts"
import type { Binding, StateFamily } from "../family.ts"
import { claimLatest } from "../state-access.ts"
import { type Analyser, type AnalyserConfig, analyser, characterNgrams, tokenise } from "../text/index.ts"
import { checkTextField } from "./text-field.ts"

/** Different terms and different character runs kept a text; the rest counts towards its length alone. */
const TERMS_KEPT = 256
const RUNS_KEPT = 256
/** Characters in a run. */
export const TRIGRAM = 3

/** The newest text of a field as terms, and how many texts have each term; see {@link fieldTerms}. */
export interface FieldTermsState extends StateFamily {
  readonly analyse: Analyser
  /** Where terms get their dense ids: the collection `<collection>.<field>.terms`. */
  readonly terms: CollectionIds
  /** Table of (time, length) by item, and list of hashed character runs by item. */
  readonly documents: string
  readonly runs: string
  /** How many texts there are and their mean number of terms. */
  corpus(tables: StateTables): { readonly count: number; readonly meanLength: number }
}

/** An inverted index turned about: by item the list of (term, times it occurs), by term the number of texts, for all the count and length. */
export function fieldTerms(binding: Omit<Binding, "history" | "timeless">, field: string, config: AnalyserConfig): FieldTermsState {
  checkTextField(binding.schema, "item", field)
  const { collection, collectionNumber, ids } = binding
  const name = `${collection}.${field}.terms`
  const documents = `${name}.documents`
  const frequency = `${name}.frequency`
  const corpusName = `${name}.corpus`
  const runs = `${name}.runs`
  const analyse = analyser(config)
  const terms = ids.collection(name)

  /** Counts a text in (`sign` 1) or out (-1). */
  const count = (tables: StateTables, item: number, sign: 1 | -1) => {
    const heads = tables.fixed(documents)
    const length = heads.page(item)[heads.offset(item) + 1]!
    if (!(length > 0)) return
    const corpus = tables.fixed(corpusName)
    const page = corpus.touch(0)
    page[corpus.offset(0) + 1]! += sign
    page[corpus.offset(0) + 2]! += sign * length
    const list = tables.list(name)
    const table = tables.fixed(frequency)
    const first = list.start(item)
    const end = first + list.length(item) * 2
    const found = list.page(item)
    for (let at = first; at < end; at += 2) {
      const row = table.touch(found[at]!)
      row[table.offset(found[at]!) + 1]! += sign
    }
  }

  const forget = (tables: StateTables, item: number) => {
    if (!tables.fixed(documents).has(item)) return
    count(tables, item, -1)
    tables.list(name).clear(item)
    tables.list(runs).clear(item)
  }

  return {
    name,
    version: 1,
    config: { collection, analyser: config, kept: [TERMS_KEPT, RUNS_KEPT] },
    state: [
      { kind: "list", name, key: "item", limit: TERMS_KEPT, width: 2 },
      { kind: "list", name: runs, key: "item", limit: RUNS_KEPT, width: 1 },
      { kind: "latest", name: documents, key: "item", width: 1 },
      { kind: "latest", name: frequency, key: "value", width: 1 },
      { kind: "latest", name: corpusName, key: "global", width: 2 },
    ],
    types: ["item"],
    collection: collectionNumber,
    analyse,
    terms,
    documents,
    runs,
    forgetItem: forget,
    observe(event, tables) {
      const { record, item } = event
      if (record.event !== "item" || event.collection !== collectionNumber) return
      const value = record.fields[field]
      const heads = tables.fixed(documents)
      if (value === undefined || (heads.has(item) && event.time < heads.page(item)[heads.offset(item)]!)) return
      forget(tables, item)
      claimLatest(heads, item, event.time)
      const text = typeof value === "string" ? value : ""
      const found = analyse(text)
      heads.touch(item)[heads.offset(item) + 1] = found.length
      const counts = new Map<string, number>()
      for (const term of found) counts.set(term, (counts.get(term) ?? 0) + 1)
      const list = tables.list(name)
      let kept = 0
      for (const [term, times] of counts) if (kept++ < TERMS_KEPT) list.push(item, terms.intern(term), times)
      const hashes = new Set<number>()
      for (const word of tokenise(text, { foldAccents: true })) for (const run of characterNgrams(word, TRIGRAM)) hashes.add(murmur3(run))
      kept = 0
      for (const hash of hashes) if (kept++ < RUNS_KEPT) tables.list(runs).push(item, hash)
      count(tables, item, 1)
    },
    corpus(tables) {
      const table = tables.fixed(corpusName)
      if (!table.has(0)) return { count: 0, meanLength: Number.NaN }
      const at = table.offset(0)
      const texts = table.page(0)[at + 1]!
      return { count: texts, meanLength: table.page(0)[at + 2]! / texts }
    },
  }
}

/** How many texts have the term. */
export function documentFrequency(tables: StateTables, state: FieldTermsState, term: number): number {
  const table = tables.fixed(`${state.name}.frequency`)
  return table.has(term) ? table.page(term)[table.offset(term) + 1]! : 0
}
