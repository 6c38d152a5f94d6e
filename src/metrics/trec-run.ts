import { InvalidArgument } from "../core/index.ts"

/** What one query was answered: ids best first, with the score of each. */
export interface RunRanking {
  readonly query: string
  readonly ids: readonly string[]
  readonly scores: ArrayLike<number>
}

/** Documents with their scores as a run file holds them, in file order. */
export type RunDocuments = readonly { readonly id: string; readonly score: number }[]

/**
 * The lines of a TREC run file, `query Q0 doc rank score tag`, one ranking at a time so that nothing piles up in memory.
 *
 * The order of `ids` is the ranking. Scores are printed so that they strictly decrease within a query also after a reader rounds them to
 * 32 bits: a tie, a rise or NaN is lowered just below the score before it.
 * @param rankings - queries in any order; ids and query without white space
 * @param tag - name of the run, without white space
 * @returns the lines of one ranking at a time, each ended by a newline
 * @throws {@link InvalidArgument} on an id that the format cannot carry
 * @see the format of trec_eval, https://github.com/usnistgov/trec_eval
 */
export async function* writeTrecRun(
  rankings: AsyncIterable<RunRanking> | Iterable<RunRanking>,
  tag = "trommel",
): AsyncGenerator<string, void, undefined> {
  for await (const ranking of rankings) yield trecRunLines(ranking, tag)
}

/** The lines of one query of a run file; see {@link writeTrecRun}. */
export function trecRunLines(ranking: RunRanking, tag = "trommel"): string {
  checkWord("tag", tag)
  checkWord("query id", ranking.query)
  let previous = Number.POSITIVE_INFINITY
  let lines = ""
  for (let i = 0; i < ranking.ids.length; i++) {
    const id = ranking.ids[i]!
    checkWord("document id", id)
    previous = strictlyBelow(previous, ranking.scores[i]!)
    lines += `${ranking.query} Q0 ${id} ${i + 1} ${Number(previous.toPrecision(9))} ${tag}\n`
  }
  return lines
}

/**
 * Reads a run file, given line by line or in one string. The rank column is ignored, as trec_eval does: scores order the documents.
 *
 * @returns query to its documents, in file order
 * @throws {@link InvalidArgument} naming the line that has not six columns, whose score is no number, or that repeats a document
 */
export async function readTrecRun(lines: string | AsyncIterable<string> | Iterable<string>): Promise<Map<string, RunDocuments>> {
  const run = new Map<string, { id: string; score: number }[]>()
  const seen = new Map<string, Set<string>>()
  for await (const { columns, at } of readColumns("trec run", lines, 6)) {
    const [query, , id, , score] = columns as [string, string, string, string, string]
    if (Number.isNaN(Number(score))) throw new InvalidArgument(at, "a number as fifth column", score, "Write the score there.")
    const ids = seen.get(query) ?? new Set()
    if (ids.has(id)) throw new InvalidArgument(at, "each document once a query", `${id} again for ${query}`, "Remove the repeated line.")
    seen.set(query, ids.add(id))
    const documents = run.get(query)
    if (documents === undefined) run.set(query, [{ id, score: Number(score) }])
    else documents.push({ id, score: Number(score) })
  }
  return run
}

/**
 * Reads relevance judgements in TREC form, `query iteration doc grade`, given line by line or in one string.
 *
 * @returns query to document to grade; grades are whole numbers, below 0 = not judged
 * @throws {@link InvalidArgument} naming the line that has not four columns or no whole grade
 */
export async function readQrels(lines: string | AsyncIterable<string> | Iterable<string>): Promise<Map<string, Map<string, number>>> {
  const qrels = new Map<string, Map<string, number>>()
  for await (const { columns, at } of readColumns("qrels", lines, 4)) {
    const [query, , id, grade] = columns as [string, string, string, string]
    if (!Number.isInteger(Number(grade))) throw new InvalidArgument(at, "a whole number as fourth column", grade, "Write the grade there.")
    const judged = qrels.get(query)
    if (judged === undefined) qrels.set(query, new Map([[id, Number(grade)]]))
    else judged.set(id, Number(grade))
  }
  return qrels
}

async function* readColumns(what: string, lines: string | AsyncIterable<string> | Iterable<string>, count: number) {
  let number = 0
  for await (const line of typeof lines === "string" ? lines.split("\n") : lines) {
    number++
    const columns = line.trim().split(/\s+/)
    if (columns.length === 1 && columns[0] === "") continue
    const at = `${what}, line ${number}`
    if (columns.length !== count) {
      throw new InvalidArgument(at, `${count} columns`, `${columns.length}`, "Separate columns by spaces or tabs; ids have no spaces.")
    }
    yield { columns, at }
  }
}

/** A third of the largest 32-bit number: below it there is room to go on falling. */
const LARGEST = 1e38

/** The score itself when it is below `previous` as 32-bit numbers, else the next number that readers surely tell apart. */
function strictlyBelow(previous: number, score: number): number {
  const wanted = Math.fround(Math.max(-LARGEST, Math.min(LARGEST, Number.isNaN(score) ? Math.min(previous, 0) : score)))
  if (wanted < previous) return wanted
  // Two units in the last place, and never so small that a reader without subnormal numbers would see 0.
  return Math.fround(previous - Math.max(Math.abs(previous) * 2 ** -22, 2 ** -100))
}

function checkWord(what: string, value: string): void {
  if (value !== "" && !/\s/.test(value)) return
  throw new InvalidArgument(
    "trec run",
    `a ${what} without white space`,
    JSON.stringify(value),
    "The format separates columns by spaces: rename it.",
  )
}
