import { murmur3, type StateTables } from "../../core/index.ts"
import type { FeatureFactory, FeatureRequest } from "../family.ts"
import { documentFrequency, type FieldTermsState, fieldTerms, TRIGRAM } from "../states/field-terms.ts"
import { type AnalyserConfig, analysers, characterNgrams, tokenise } from "../text/index.ts"

/** How a query is matched with a field; see {@link textMatch}. */
export interface TextMatchOptions {
  /** How both become terms; default the analyser of search. */
  readonly analyser?: AnalyserConfig
  /** Where the words come from: the request's query (default) or a text of its context. */
  readonly of?: "query" | { readonly context: string }
  /** Saturation of repeated words and weight of length; defaults 1.2 and 0.75. */
  readonly k1?: number
  readonly b?: number
}

/**
 * How well the query's words match a text field of the item: `<field>.bm25`, at least 0; `<field>.coverage`, the share of the query's different
 * terms that the text has; `<field>.trigrams`, the share of the runs of three characters of its words, which forgives misspelling. NaN without
 * a query or a text. Counts are of all texts known at that position of the log.
 *
 * @see Robertson & Zaragoza 2009, doi:10.1561/1500000019; idf `ln(1 + (N - df + 0.5) / (df + 0.5))`
 */
export function textMatch(field: string, options: TextMatchOptions = {}): FeatureFactory {
  const { analyser: config = analysers.search, of = "query", k1 = 1.2, b = 0.75 } = options
  return (binding) => {
    const state = fieldTerms(binding, field, config)
    const asked = new AskedTerms(state)
    return {
      name: `text match ${field}`,
      version: 1,
      config: { field, analyser: config, of, k1, b },
      columns: [`${field}.bm25`, `${field}.coverage`, `${field}.trigrams`],
      actors: [of === "query" ? "query" : "context", "item"],
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        const known = asked.fill(tables, wordsOf(request, of))
        const heads = tables.fixed(state.documents)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          const length = heads.has(item) ? heads.page(item)[heads.offset(item) + 1]! : Number.NaN
          if (!known || !(length > 0)) {
            out.data.fill(Number.NaN, at, at + 3)
            continue
          }
          const norm = k1 * (1 - b + (b * length) / asked.meanLength)
          asked.match(tables, item, norm, k1)
          out.data[at] = asked.score
          out.data[at + 1] = asked.found / asked.terms
          out.data[at + 2] = asked.trigrams === 0 ? Number.NaN : asked.foundTrigrams / asked.trigrams
        }
      },
    }
  }
}

function wordsOf(request: FeatureRequest, of: "query" | { readonly context: string }): string | undefined {
  if (of === "query") return request.query
  const value = request.context[of.context]
  return typeof value === "string" ? value : undefined
}

/** The terms of one query with their weights, looked up once a request. */
class AskedTerms {
  terms = 0
  trigrams = 0
  meanLength = 0
  score = 0
  found = 0
  foundTrigrams = 0
  readonly #state: FieldTermsState
  readonly #weights = new Map<number, number>()
  readonly #runs = new Set<number>()

  constructor(state: FieldTermsState) {
    this.#state = state
  }

  /** Returns false when there is nothing to match. */
  fill(tables: StateTables, text: string | undefined): boolean {
    this.#weights.clear()
    this.#runs.clear()
    this.terms = 0
    if (text === undefined) return false
    const { count, meanLength } = this.#state.corpus(tables)
    this.meanLength = meanLength
    for (const term of new Set(this.#state.analyse(text))) {
      this.terms++
      const id = this.#state.terms.find(term)
      if (id < 0) continue
      const df = documentFrequency(tables, this.#state, id)
      this.#weights.set(id, Math.log(1 + (count - df + 0.5) / (df + 0.5)))
    }
    for (const word of tokenise(text, { foldAccents: true })) for (const run of characterNgrams(word, TRIGRAM)) this.#runs.add(murmur3(run))
    this.trigrams = this.#runs.size
    return this.terms > 0
  }

  match(tables: StateTables, item: number, norm: number, k1: number): void {
    this.score = 0
    this.found = 0
    this.foundTrigrams = 0
    const list = tables.list(this.#state.name)
    const page = list.page(item)
    const start = list.start(item)
    const end = start + list.length(item) * 2
    for (let at = start; at < end; at += 2) {
      const weight = this.#weights.get(page[at]!)
      if (weight === undefined) continue
      const tf = page[at + 1]!
      this.found++
      this.score += (weight * tf * (k1 + 1)) / (tf + norm)
    }
    const runs = tables.list(this.#state.runs)
    const runPage = runs.page(item)
    const first = runs.start(item)
    const last = first + runs.length(item)
    for (let at = first; at < last; at++) if (this.#runs.has(runPage[at]!)) this.foundTrigrams++
  }
}
