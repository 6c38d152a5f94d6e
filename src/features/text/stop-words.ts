import { unknownName } from "../../core/index.ts"

/** What words are kept for; it decides which of them say nothing. */
export type TextTask = "search" | "classification" | "recommendation" | "translation" | "entities"

/** The 33 words that Lucene's English analyser leaves out: few enough that hardly a query loses its meaning. */
const FEW = words(
  "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with",
)

/** English function words: articles, pronouns, auxiliaries, prepositions, conjunctions, and the commonest adverbs. */
const MANY = words(`
  a about above after again against all am an and any are as at be because been before being below between both but by
  can cannot could did do does doing down during each few for from further had has have having he her here hers herself him himself his how
  i if in into is it its itself just me more most my myself no nor not now of off on once only or other our ours ourselves out over own
  same she should so some such than that the their theirs them themselves then there these they this those through to too
  under until up very was we were what when where which while who whom why will with would you your yours yourself yourselves
  aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't shouldn't wasn't weren't won't wouldn't
  he'd he'll he's i'd i'll i'm i've it's she'd she'll she's that's they'd they'll they're they've we'd we'll we're we've you'd you'll you're you've`)

const NONE: ReadonlySet<string> = new Set()

const BY_TASK: Readonly<Record<TextTask, ReadonlySet<string>>> = {
  search: FEW,
  recommendation: MANY,
  classification: MANY,
  translation: NONE,
  entities: NONE,
}

/**
 * English stop words for a task. Translation and the finding of names keep every word, because there each of them means something.
 *
 * @throws {@link NotFound} on an unknown task, listing the known ones
 */
export function stopWords(task: TextTask): ReadonlySet<string> {
  const found = Object.hasOwn(BY_TASK, task) ? BY_TASK[task] : undefined
  if (found === undefined) throw unknownName("stopWords", "task", task, Object.keys(BY_TASK))
  return found
}

/**
 * The tokens without stop words; all of them when nothing else would be left, so that the query `to be or not to be` still finds something.
 * Tokens are compared in lower case.
 */
export function withoutStopWords(tokens: readonly string[], stop: ReadonlySet<string>): string[] {
  const kept = tokens.filter((token) => !stop.has(token.toLowerCase()))
  return kept.length === 0 ? [...tokens] : kept
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
