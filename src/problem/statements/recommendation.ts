import { assumed, computed, published, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Recommendation: films, products or articles for one person, at home or beside an item. */
export const recommendationStatement: ProblemStatement = {
  kind: "recommendation",
  title: "Recommendation",
  setUp: {
    prompt: "Show every visitor items they will enjoy.",
    restated:
      "Given a person, the moment and the place on the page, order the items not yet seen by the probability that the person engages with them.",
    objective: {
      goal: "More time well spent: engagement with items people would not have found alone.",
      onlineMetric: "engagement rate per session",
    },
    learning: {
      task: "ranking",
      relevance: "binary",
      uses: "order",
      inputs: "table",
      input: "(person with history, item, place, now) for every candidate",
      output: "probability of engagement in [0, 1]; the page is its order after caps and diversity",
      label: "engaged",
      objective: "log loss of engagement on lists as they were served",
    },
    inScope: [
      "one ordered page for each person and place",
      "people and items without history",
      "block and like that hold in the next answer",
      "reasons beside each item",
    ],
    outOfScope: ["writing or buying items", "prices and promotions", "notifications by mail or phone", "accounts shared by several people"],
    actors: [
      { name: "person", is: "who the page is for, known by id or by session" },
      { name: "item", is: "what can be shown: a film, product or article" },
      { name: "context", is: "moment, device and placement" },
    ],
    actions: [
      { name: "view", by: "person", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "like", by: "person", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "purchase", by: "person", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "hide", by: "person", event: "interaction", tells: "against", feeds: ["label", "feature"] },
      { name: "block", by: "person", event: "interaction", tells: "against", feeds: ["feature"] },
      { name: "see", by: "person", event: "impression", tells: "neutral", feeds: ["label", "feature"] },
    ],
    decisions: [
      { decision: "which items are shown, and in which order", by: "system" },
      { decision: "which item is opened, liked or blocked", by: "person" },
    ],
    placements: ["home", "item page"],
    incumbent: { name: "popularity", how: "the items engaged with most lately, the same for everybody" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(6, "hours", "a nightly run"),
      trainingBytes: stated(16e9, "B", "one ordinary machine"),
      continual: false,
      interpretability: "per-decision",
      interpretabilityWhy: "people are shown why an item was picked",
    },
    privacy: {
      personal: [
        { field: "user", handling: "hash" },
        { field: "name", handling: "drop" },
        { field: "email", handling: "drop" },
      ],
      deletion: "a tombstone is applied at every replay: no event, state or vector of the person is left",
      groups: ["age band", "country", "people with fewer than 5 interactions"],
    },
    segments: {
      by: ["country", "history length"],
      choice: "one model",
      why: "sparse segments gain from the others; one per segment is taken when its gain is above the noise",
    },
    questions: [
      {
        ask: "Where do the recommendations appear?",
        why: "a home page starts from the person, an item page from the item",
        taken: "home and item page",
      },
      {
        ask: "Are ratings stated, or is watching all there is?",
        why: "implicit signals make it a ranking problem, stated ratings a regression",
        taken: "implicit signals",
      },
      {
        ask: "How many items and people, and how many new items a day?",
        why: "decides the retrievers and how cold items are found",
        taken: "a million items, 53 million people a day",
        sets: ["items", "users"],
      },
      { ask: "How fast must the page be there?", why: "caps the ranker's depth", taken: "200 ms for 99 of 100 requests", sets: ["p99Ms"] },
      {
        ask: "Can people act on a result, such as block it?",
        why: "a block must hold in the very next answer",
        taken: "like, hide and block",
      },
      {
        ask: "What is success: clicks, completed items, time, or relevance?",
        why: "clicks invite click bait, completion short items, time long ones",
        taken: "engagement per session, time as counterweight",
        sets: ["onlineMetric"],
      },
    ],
  },
  scale: {
    users: published(163.5e6, "users", "subscribers of a large film service, 2019"),
    items: published(1e6, "items", "catalogue of the usual design case"),
    matches: computed(1e6, "items", "every item may be recommended"),
    requestsPerDay: computed(265e6, "requests/day", "53 million daily actives (published) x 5 pages (assumed)"),
    peakQps: computed(9200, "QPS", "three times the mean of 3,067 QPS"),
    trainingRowsPerDay: computed(100e6, "rows/day", "265 million pages, 40 items each, sampled to 1 in 106"),
    baseRate: assumed(0.05, "share", "share of shown items engaged with in feeds"),
    bytesPerItem: assumed(2000, "B", "64-number vector, 200 neighbours, fields"),
    logBytesPerRequest: assumed(3000, "B", "40 items with positions, scores and features read"),
    latency: {
      p99Ms: stated(200, "ms"),
      fixed: [
        { name: "person's state", budgetMs: 5 },
        { name: "features", budgetMs: 30 },
      ],
      stages: [
        {
          name: "retrieve",
          does: "co-visits, closed-form item weights, content, trending, new; fused by rank, seen and blocked items filtered",
          family: "neighbours",
          keeps: 1000,
          budgetMs: 30,
          microsPerItem: assumed(0.005, "µs", "neighbour tables touch few of the items"),
        },
        {
          name: "rank",
          does: "probability of engagement from features and retriever scores",
          family: "linear",
          keeps: 100,
          budgetMs: 60,
          microsPerItem: assumed(2, "µs", "50 features, dot product and feature row"),
          least: 100,
        },
        {
          name: "arrange",
          does: "diversity, caps per attribute, pinned and boosted items",
          family: "rules",
          keeps: 40,
          budgetMs: 10,
          microsPerItem: assumed(20, "µs", "similarity to the items already placed"),
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(720, "hours", "films keep half of their audience for a month"),
      retrainHours: stated(24, "hours", "nightly"),
      newItemVisibleSeconds: stated(1, "s", "the delta over the base index"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [
      { name: "ndcg@20", judges: "the whole page", why: "rewards right items near the top; gates releases" },
      { name: "recall@20", judges: "retrieval", why: "what is not retrieved cannot be ranked" },
      { name: "map@20", judges: "ranker", why: "precision over the page with binary relevance" },
      { name: "diversity@20", judges: "arrangement", why: "a page of one genre is not a choice" },
    ],
    online: [
      {
        name: "engagement rate per session",
        formula: "sessions with an engagement / sessions",
        scope: "end-to-end",
        readBy: "product team: launch or not",
      },
      {
        name: "session watch time",
        formula: "minutes watched / sessions, items over 2 minutes",
        scope: "end-to-end",
        readBy: "product team: is the engagement worth it",
      },
      {
        name: "share of the catalogue shown",
        formula: "distinct items shown / items, a week",
        scope: "component",
        readBy: "content team: does the long tail get a chance",
      },
    ],
    counter: [
      { name: "hide and block rate", why: "engagement can be bought with bait" },
      { name: "genres in the first ten", why: "engagement can be bought by narrowing" },
    ],
    guardrails: [
      { name: "p99 of the page", relation: "at most", limit: stated(200, "ms") },
      { name: "day-7 retention against control", relation: "at least", limit: stated(0.99, "x", "people must not leave") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "a like or block must count in the next answer; precomputed pages serve as fallback for inactive people",
    components: [
      { name: "request", does: "person, placement, context", lane: "request", after: [] },
      { name: "state", does: "history, counters, blocks", lane: "request", after: ["request", "event log"] },
      { name: "retrieve", does: "several sources side by side, filtered", lane: "request", after: ["state", "release"] },
      { name: "rank", does: "probability of engagement", lane: "request", after: ["retrieve"] },
      { name: "arrange", does: "diversity, caps, rules", lane: "request", after: ["rank"] },
      { name: "page", does: "items with reasons", lane: "request", after: ["arrange"] },
      { name: "event log", does: "impressions and interactions, the only source of truth", lane: "learning", after: ["page"] },
      { name: "training", does: "labels, replayed features, models", lane: "learning", after: ["event log"] },
      { name: "release", does: "content-hashed bundle behind gates", lane: "learning", after: ["training"] },
    ],
    offlineJobs: ["item neighbours and closed-form item weights", "base index of content vectors", "page of popular items as fallback"],
  },
  offline: {
    data: [
      { name: "interactions", source: "event log of the product", size: "265 million pages a day" },
      { name: "items", source: "catalogue with fields and release date", size: "1 million rows" },
    ],
    labels: [
      {
        name: "engaged",
        from: ["view", "like", "purchase", "hide", "see"],
        positive: "viewed to 80 % or more, liked or bought within a day",
        negative: "seen and passed over, hidden, or left before 10 %",
        signal: "behavioural",
        delay: stated(24, "hours", "window of the label join"),
      },
    ],
    features: [
      { of: "person", names: ["interactions in 30 days", "share of each genre", "days since last visit"] },
      { of: "item", names: ["interactions in 1, 7, 30 days", "engagement rate, smoothed", "age", "duration", "genres"] },
      { of: "context", names: ["hour of day", "day of week", "placement"] },
      { of: "person and item", names: ["similarity to history", "overlap of genres", "scores and ranks of the retrievers"] },
    ],
    negatives: "items seen and not engaged with; sampled, with the rate kept so that probabilities can be corrected",
    split: { by: "time", how: "weeks 1 to 3 train, the next days tune, the last days test; never random" },
    ladder: [
      { family: "rules", model: "popularity with decay", when: "always: the incumbent and the fallback" },
      { family: "neighbours", model: "item neighbours and closed-form item weights", when: "from a few thousand interactions" },
      { family: "linear", model: "logistic ranker over features and retriever scores", when: "probabilities and reasons are wanted" },
      { family: "trees", model: "boosted trees ranker", when: "from some 100,000 rows" },
      { family: "network", model: "two towers, then a deep ranker", when: "hundreds of millions of rows" },
    ],
  },
  online: {
    experiment: {
      unit: "person",
      control: "popularity",
      primary: "engagement rate per session",
      hypothesis: "Ordering by predicted engagement raises the engagement rate per session, since people see items nearer their taste.",
      smallestEffect: stated(0.02, "share", "below it the upkeep is not earned"),
      days: stated(14, "days", "two whole weeks"),
    },
    rollout: ["shadow beside the incumbent", "1 % of people", "50 % for the length of the test", "everybody, with a 1 % hold-back"],
    fallback: "the page of popular items, filtered for this person",
  },
  iteration: {
    monitors: [
      { watches: "features served against features replayed", alarm: "any cell that differs" },
      { watches: "distribution of predicted probability", alarm: "population stability index above 0.25" },
      { watches: "share of requests degraded", alarm: "above 1 % in ten minutes" },
    ],
    risks: [
      { risk: "popularity feeds itself", sign: "the share of the catalogue shown falls", remedy: "exploration share, boost for new items" },
      {
        risk: "long items win when time is the goal",
        sign: "mean duration of shown items rises",
        remedy: "weigh by share watched, not minutes",
      },
      { risk: "vectors of one release meet the index of another", sign: "recall falls at a rollout", remedy: "one bundle holds both" },
      { risk: "future watches leak into training", sign: "offline far above online", remedy: "features replayed as of the request" },
    ],
    openQuestions: ["Which share of people use one account together?", "How much watch time is one more percent of engagement worth?"],
    next: ["boosted trees ranker", "two towers for cold items", "bandit share for new items"],
  },
}
