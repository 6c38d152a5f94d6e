import { assumed, computed, published, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Search ranking: an ordered page for a query, over documents or products. */
export const searchStatement: ProblemStatement = {
  kind: "search",
  title: "Search ranking",
  setUp: {
    prompt: "Design the ranking of a search engine.",
    restated:
      "Given a query, the searcher if known and the context, score every matching document, sort, blend and filter them into one page.",
    objective: { goal: "People find what they came for, soon, and come back.", onlineMetric: "session success rate" },
    learning: {
      task: "ranking",
      relevance: "graded",
      uses: "order",
      inputs: "table",
      input: "(query, document, searcher, context) for every candidate",
      output: "score that orders; higher is more relevant",
      label: "graded relevance",
      objective: "pairwise loss weighted by the change of NDCG",
    },
    inScope: [
      "spelling, expansion and intent of queries",
      "selection and two stages of ranking",
      "blending of verticals and filtering of harmful results",
    ],
    outOfScope: ["crawling the web", "written answers by a language model", "ads on the page", "voice input"],
    actors: [
      { name: "searcher", is: "who asks, logged in or not" },
      { name: "query", is: "the words as typed, and what they were understood to mean" },
      { name: "document", is: "page or product with title, body and links" },
      { name: "context", is: "time, place, device and queries before" },
    ],
    actions: [
      { name: "click", by: "searcher", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "dwell", by: "searcher", event: "interaction", tells: "for", feeds: ["label"] },
      { name: "convert", by: "searcher", event: "interaction", tells: "for", feeds: ["label"] },
      { name: "skip", by: "searcher", event: "impression", tells: "against", feeds: ["label"] },
      { name: "report", by: "searcher", event: "interaction", tells: "against", feeds: ["feature"] },
    ],
    decisions: [
      { decision: "which documents are shown, and in which order", by: "system" },
      { decision: "to rewrite the query, saying so", by: "system" },
    ],
    placements: ["result page", "completion box"],
    incumbent: { name: "bm25", how: "term match weighted by rarity and document length" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(12, "hours", "a nightly run"),
      trainingBytes: stated(64e9, "B", "one machine of the pool"),
      continual: false,
      interpretability: "global",
      interpretabilityWhy: "ranking complaints are answered with what matters overall",
    },
    privacy: {
      personal: [
        { field: "user", handling: "hash" },
        { field: "location", handling: "hash" },
        { field: "ip", handling: "drop" },
      ],
      deletion: "queries, clicks and state of the person are removed by a tombstone at every replay",
      groups: ["language", "country", "logged in or not"],
    },
    segments: {
      by: ["language", "intent"],
      choice: "one model",
      why: "tail languages borrow from the head; one per language when its table says so",
    },
    questions: [
      {
        ask: "General engine or product search?",
        why: "products have fields, stock and purchases; the web has links and spam",
        taken: "general; products by configuration",
      },
      {
        ask: "How many documents and queries a second?",
        why: "decides shards, replicas and stages",
        taken: "100 billion documents, 10,000 QPS",
        sets: ["items", "peakQps"],
      },
      { ask: "Are searchers logged in?", why: "decides how much can be personal", taken: "some are; anonymous works fully" },
      {
        ask: "Which kinds of queries?",
        why: "a name wants one page, a topic wants breadth",
        taken: "navigational, local, news and topical",
      },
      {
        ask: "Answer within 100 ms or 500 ms?",
        why: "limits the depth of the second stage",
        taken: "500 ms for 99 of 100 queries; 100 ms as strict variant",
        sets: ["p99Ms"],
      },
    ],
  },
  scale: {
    users: assumed(100e6, "users", "10,000 QPS at peak, a few queries a person and day"),
    items: published(100e9, "items", "documents of the usual design case"),
    matches: assumed(1e9, "items", "one document in a hundred holds the rarer words of a query"),
    requestsPerDay: computed(432e6, "requests/day", "half of the peak of 10,000 QPS on average"),
    peakQps: published(10_000, "QPS", "load of the usual design case"),
    trainingRowsPerDay: published(10e6, "rows/day", "5 million queries, one positive and one negative each"),
    baseRate: computed(0.5, "share", "one negative for each positive, sampled"),
    bytesPerItem: assumed(500, "B", "compressed postings and static scores"),
    logBytesPerRequest: assumed(4000, "B", "10 shown results with features read, 90 sampled"),
    latency: {
      p99Ms: stated(500, "ms"),
      fixed: [
        { name: "rewrite query", budgetMs: 5 },
        { name: "understand query", budgetMs: 5 },
        { name: "features", budgetMs: 30 },
        { name: "blend and filter", budgetMs: 10 },
      ],
      stages: [
        {
          name: "select",
          does: "inverted index with early stops: term match, popularity, intent, personal match",
          family: "index",
          keeps: 100_000,
          budgetMs: 100,
          microsPerItem: assumed(0.01, "µs", "most postings are skipped by block maxima"),
        },
        {
          name: "stage 1",
          does: "pointwise relevance by a light model",
          family: "trees",
          keeps: 500,
          budgetMs: 80,
          microsPerItem: published(1, "µs", "cost of a tree model in the usual worked case"),
          least: 1000,
        },
        {
          name: "stage 2",
          does: "order of the best by gradients of NDCG",
          family: "trees",
          keeps: 100,
          budgetMs: 130,
          microsPerItem: assumed(20, "µs", "500 deep trees and their features"),
          least: 100,
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(2000, "hours", "pages outlive news"),
      retrainHours: stated(168, "hours", "a week holds weekdays and weekend"),
      newItemVisibleSeconds: stated(60, "s", "news must be found soon"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [
      { name: "ndcg@10", judges: "stage 2", why: "graded relevance, top weighted; gates releases" },
      { name: "recall@1000", judges: "selection", why: "what is not selected cannot be ranked" },
      { name: "mrr", judges: "navigational queries", why: "one right page; blind to everything after it" },
    ],
    online: [
      {
        name: "session success rate",
        formula: "sessions with a dwell of 10 s or an answer on the page / sessions",
        scope: "end-to-end",
        readBy: "search team: launch or not",
      },
      {
        name: "queries per session",
        formula: "queries / sessions, fewer is better",
        scope: "end-to-end",
        readBy: "search team: are people reformulating",
      },
      {
        name: "click-through rate",
        formula: "clicks / impressions, bots excluded",
        scope: "component",
        readBy: "ranking team: early sign, counts bad clicks",
      },
    ],
    counter: [
      { name: "time to success", why: "success can be bought with longer searching" },
      { name: "reports per thousand pages", why: "clicks can be bought with bait" },
    ],
    guardrails: [
      { name: "p99 of the page", relation: "at most", limit: stated(500, "ms") },
      { name: "seeded harmful results on the first page", relation: "at most", limit: stated(0, "items", "policy") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "queries cannot be foreseen; head queries are cached",
    components: [
      { name: "query rewriting", does: "spelling, expansion, relaxation", lane: "request", after: [] },
      { name: "query understanding", does: "intent and entities", lane: "request", after: ["query rewriting"] },
      { name: "document selection", does: "shards of the index", lane: "request", after: ["query understanding", "indexing"] },
      { name: "ranker stage 1", does: "light pointwise model", lane: "request", after: ["document selection", "training"] },
      { name: "ranker stage 2", does: "pairwise model", lane: "request", after: ["ranker stage 1", "training"] },
      { name: "blender", does: "verticals, limit per site", lane: "request", after: ["ranker stage 2"] },
      { name: "filter", does: "harmful results out", lane: "request", after: ["blender"] },
      { name: "result page", does: "ten results", lane: "request", after: ["filter"] },
      { name: "indexing", does: "parse, dedupe, shard", lane: "learning", after: [] },
      { name: "engagement log", does: "impressions, clicks, dwell", lane: "learning", after: ["result page"] },
      { name: "training", does: "labels from raters and clicks", lane: "learning", after: ["engagement log"] },
    ],
    offlineJobs: ["inverted index shards", "page rank and popularity", "dictionary of spellings", "vector index of titles"],
  },
  offline: {
    data: [
      { name: "judgements", source: "raters grade 0 to 4", size: "100,000 queries x 10 results" },
      { name: "sessions", source: "engagement log without bots", size: "10 million rows a day" },
    ],
    labels: [
      {
        name: "graded relevance",
        from: ["raters", "click", "dwell", "convert", "skip"],
        positive: "grade 4 sign-up or purchase, 3 dwell of 20 s, 1 click",
        negative: "grade 0: seen above a click and skipped",
        signal: "behavioural",
        delay: stated(1, "hours", "end of the session"),
      },
    ],
    features: [
      { of: "searcher", names: ["interests", "language"] },
      { of: "query", names: ["past engagement", "intent", "number of words"] },
      { of: "document", names: ["page rank", "engagement radius", "length", "age"] },
      { of: "context", names: ["hour of day", "device", "previous queries of the session"] },
      { of: "query and document", names: ["BM25 by field", "bigram matches", "click rate of the pair", "embedding similarity"] },
      { of: "searcher and document", names: ["past engagement with the site", "distance"] },
    ],
    negatives: "skipped results, and random documents from deep pages when there are too few",
    split: { by: "time", how: "two weeks train, the third tunes and tests; no query session is cut" },
    ladder: [
      { family: "rules", model: "bm25 with weights per field", when: "always: the incumbent" },
      { family: "linear", model: "logistic stage 1", when: "microseconds a document count" },
      { family: "trees", model: "LambdaMART stage 2", when: "a few million graded rows" },
      { family: "network", model: "LambdaRank network", when: "more data and capacity to spare" },
    ],
  },
  online: {
    experiment: {
      unit: "searcher",
      control: "bm25",
      primary: "session success rate",
      hypothesis: "Learned order raises session success, since relevant documents stand higher.",
      smallestEffect: stated(0.005, "share", "half a percent of sessions is many people"),
      days: stated(14, "days", "two whole weeks"),
    },
    rollout: ["shadow", "interleaving on 1 % of traffic", "50 % for the length of the test", "everybody, with a hold-back"],
    fallback: "the order of selection, without the learned stages",
  },
  iteration: {
    monitors: [
      { watches: "recall of selection on judged queries", alarm: "below 0.95" },
      { watches: "shards that answered", alarm: "fewer than all in 1 % of queries" },
      { watches: "share of rewritten queries undone by people", alarm: "doubled in a day" },
    ],
    risks: [
      {
        risk: "selection misses the right document",
        sign: "it is not among those handed to stage 1",
        remedy: "expansion, vector retrieval beside words",
      },
      { risk: "spelling rewrites a rare right word", sign: "people search the original again", remedy: "show and let undo" },
      { risk: "clicks follow position", sign: "the model repeats yesterday's order", remedy: "propensities and a little random swapping" },
      { risk: "one slow shard makes the tail", sign: "p99 far above p50", remedy: "answer without it and say so" },
    ],
    openQuestions: ["How is an answer on the page itself counted as success?", "Which share of queries has never been seen before?"],
    next: ["vector retrieval", "intent model by entity linking", "pairwise network"],
  },
}
