import { assumed, computed, published, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Feed: the posts of one's network and beyond, in the order of predicted engagement. */
export const feedStatement: ProblemStatement = {
  kind: "feed",
  title: "Feed ranking",
  setUp: {
    prompt: "Design the ranking of a feed of short posts.",
    restated:
      "Given a user and the posts that could be shown now, predict the probability of each kind of engagement for every post and sort by their weighted sum.",
    objective: { goal: "People see what matters to them first, and take part more.", onlineMetric: "weighted engagement per active user" },
    learning: {
      task: "classification",
      input: "(user, post, author, context) for every selected post",
      output: "probability of each action in [0, 1]; the order is their weighted sum",
      label: "engaged",
      objective: "sum of the log losses of the actions",
    },
    inScope: [
      "posts of followed authors",
      "posts from outside the network",
      "carrying over posts not yet seen",
      "diversity of authors and media",
    ],
    outOfScope: ["ads between posts", "direct messages", "writing posts", "search in posts"],
    actors: [
      { name: "user", is: "who reads" },
      { name: "post", is: "text, link, image or video" },
      { name: "author", is: "who wrote it" },
      { name: "context", is: "moment, device, place" },
    ],
    actions: [
      { name: "like", by: "user", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "comment", by: "user", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "share", by: "user", event: "interaction", tells: "for", feeds: ["label", "feature"] },
      { name: "click", by: "user", event: "interaction", tells: "for", feeds: ["label"] },
      { name: "hide", by: "user", event: "interaction", tells: "against", feeds: ["label"] },
      { name: "block", by: "user", event: "interaction", tells: "against", feeds: ["feature"] },
      { name: "scroll past", by: "user", event: "impression", tells: "against", feeds: ["label"] },
    ],
    decisions: [
      { decision: "which posts are shown, and in which order", by: "system" },
      { decision: "to mute or block an author", by: "user" },
    ],
    placements: ["home feed"],
    incumbent: { name: "chronological", how: "newest first since the last visit" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(6, "hours", "retrained daily"),
      trainingBytes: stated(64e9, "B", "one machine of the pool"),
      continual: true,
      interpretability: "global",
      interpretabilityWhy: "policy teams ask which signals decide reach",
    },
    privacy: {
      personal: [
        { field: "user", handling: "hash" },
        { field: "location", handling: "hash" },
        { field: "contacts", handling: "drop" },
      ],
      deletion: "posts, edges, events and vectors of the person are removed by a tombstone at every replay",
      groups: ["new users", "language", "small authors"],
    },
    segments: {
      by: ["country", "activity"],
      choice: "one model",
      why: "activity enters as a feature; passive readers get their own heads when their table says so",
    },
    questions: [
      { ask: "How is the feed shown today?", why: "it is the control of every test", taken: "newest first" },
      {
        ask: "Which actions exist, and which are worth most?",
        why: "weights of actions are a business choice",
        taken: "like, comment, share, click; hide and block against",
      },
      { ask: "How many daily users, connections and visits?", why: "gives rankings a second", taken: "500 million, 100 and 10" },
      { ask: "Answer within 300 ms or 400 ms?", why: "limits the second stage", taken: "400 ms; 300 ms as strict variant" },
      { ask: "Must it learn during the day?", why: "posts live for hours", taken: "yes: an online layer over trees" },
    ],
  },
  scale: {
    users: published(500e6, "users", "daily actives of the usual design case"),
    items: assumed(500e6, "items", "posts of the last days that may still be shown"),
    matches: computed(1000, "items", "500 new, 200 seen, the rest from outside the network"),
    requestsPerDay: computed(5e9, "requests/day", "500 million users x 10 visits"),
    peakQps: computed(115_740, "QPS", "twice the mean of 57,870 QPS"),
    trainingRowsPerDay: published(10e6, "rows/day", "5 million positives and as many negatives"),
    baseRate: published(0.05, "share", "share of impressions engaged with"),
    bytesPerItem: assumed(1000, "B", "fields, counters and a vector"),
    logBytesPerRequest: assumed(2000, "B", "50 posts with positions and sampled features"),
    latency: {
      p99Ms: stated(400, "ms"),
      fixed: [
        { name: "user's state", budgetMs: 10 },
        { name: "features", budgetMs: 40 },
      ],
      stages: [
        {
          name: "select",
          does: "new posts, unseen ones of the last ranking, posts from outside",
          family: "rules",
          keeps: 700,
          budgetMs: 30,
          microsPerItem: assumed(1, "µs", "merge of sorted lists with block checks"),
        },
        {
          name: "stage 1",
          does: "light probability of any engagement",
          family: "linear",
          keeps: 200,
          budgetMs: 20,
          microsPerItem: assumed(5, "µs", "dense features alone"),
        },
        {
          name: "stage 2",
          does: "one head per action over shared features",
          family: "trees",
          keeps: 100,
          budgetMs: 80,
          microsPerItem: assumed(100, "µs", "several heads of 500 trees"),
          least: 50,
        },
        {
          name: "arrange",
          does: "repeats of an author pushed down, policy filter",
          family: "rules",
          keeps: 50,
          budgetMs: 20,
          microsPerItem: assumed(100, "µs", "similarity to the posts above"),
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(12, "hours", "posts are read within a day"),
      retrainHours: stated(24, "hours", "daily, with an online layer between"),
      newItemVisibleSeconds: stated(5, "s", "one's own post must be there"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [
      { name: "auc", judges: "each head", why: "order of engaged above passed over; gates releases" },
      { name: "logLoss", judges: "each head", why: "heads are added, so their probabilities must be right" },
    ],
    online: [
      {
        name: "weighted engagement per active user",
        formula: "sum of actions x weights, hides and blocks negative / daily actives",
        scope: "end-to-end",
        readBy: "product team: launch or not",
      },
      {
        name: "time spent a day",
        formula: "minutes in the feed / daily actives",
        scope: "end-to-end",
        readBy: "product team: does it hold attention",
      },
      {
        name: "share of selected posts engaged with",
        formula: "engaged / handed to stage 1",
        scope: "component",
        readBy: "ranking team: is selection the limit",
      },
    ],
    counter: [
      { name: "hides, reports and blocks per user", why: "engagement can be bought with anger" },
      { name: "distinct authors seen", why: "engagement can be bought with one author's flood" },
    ],
    guardrails: [
      { name: "p99 of the feed", relation: "at most", limit: stated(400, "ms") },
      { name: "posts in a row by one author", relation: "at most", limit: stated(2, "items", "product rule") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "posts and counters change by the minute; the ranked tail is kept for the next visit",
    components: [
      { name: "visit", does: "user and last login", lane: "request", after: [] },
      { name: "selection", does: "network, unseen, outside", lane: "request", after: ["visit", "post store"] },
      { name: "stage 1", does: "light model", lane: "request", after: ["selection"] },
      { name: "stage 2", does: "heads per action", lane: "request", after: ["stage 1", "training"] },
      { name: "arrangement", does: "diversity, policy", lane: "request", after: ["stage 2"] },
      { name: "feed", does: "50 posts", lane: "request", after: ["arrangement"] },
      { name: "post store", does: "posts and counters by stream", lane: "learning", after: [] },
      { name: "event log", does: "impressions and actions", lane: "learning", after: ["feed"] },
      { name: "training", does: "daily model, online layer", lane: "learning", after: ["event log"] },
    ],
    offlineJobs: ["topic and interest vectors", "author statistics", "trending posts by region"],
  },
  offline: {
    data: [{ name: "impressions", source: "event log", size: "5 million positives and 5 million sampled negatives a day" }],
    labels: [
      {
        name: "engaged",
        from: ["like", "comment", "share", "click", "hide", "scroll past"],
        positive: "the head's action within an hour of the impression",
        negative: "displayed without it, even when scrolled past; hide counts against every head",
        signal: "behavioural",
        delay: stated(1, "hours", "window of the label join"),
      },
    ],
    features: [
      { of: "user and author", names: ["likes in 3 months, as a rate", "common followees", "topic similarity"] },
      { of: "author", names: ["followers", "follower ratio", "engagement rate in 3 months"] },
      { of: "post", names: ["length", "age", "media", "likes in 3 days", "comments in 1 day", "shares in 2 hours"] },
      { of: "user and post", names: ["embedding similarity", "share of the network that engaged"] },
      { of: "context", names: ["hour of day", "day of week", "device"] },
    ],
    negatives: "impressions without action, sampled to balance; probabilities corrected by the rate",
    split: { by: "time", how: "a week trains, the next day tunes, the day after tests" },
    ladder: [
      { family: "rules", model: "newest first", when: "always: the incumbent" },
      { family: "linear", model: "logistic regression with crosses", when: "fast, readable, first launch" },
      { family: "trees", model: "boosted trees per action", when: "millions of rows" },
      { family: "network", model: "multi-task network with stacked online layer", when: "hundreds of millions of rows" },
    ],
  },
  online: {
    experiment: {
      unit: "user",
      control: "chronological",
      primary: "weighted engagement per active user",
      hypothesis: "Sorting by predicted engagement raises engagement per user, since good posts are no longer missed.",
      smallestEffect: stated(0.02, "share", "upkeep must be earned"),
      days: stated(14, "days", "two whole weeks"),
    },
    rollout: ["shadow", "1 % of users, two buckets", "50 %", "everybody, with a chronological hold-back"],
    fallback: "newest first, muted and blocked authors out",
  },
  iteration: {
    monitors: [
      { watches: "delay from event to counter", alarm: "above 10 s" },
      { watches: "calibration of each head", alarm: "ratio outside 0.9 to 1.1 for an hour" },
    ],
    risks: [
      { risk: "author flood", sign: "distinct authors fall", remedy: "penalty for repeats" },
      { risk: "filter bubble", sign: "share of posts from outside falls", remedy: "fixed share from outside" },
      { risk: "celebrity posts overload one key", sign: "p99 spikes at their posts", remedy: "pull at read for large authors" },
      { risk: "blocked posts in the cached tail", sign: "reports after a block", remedy: "filters run after the cache" },
    ],
    openQuestions: ["What is a comment worth beside a share?", "How long may a post be carried over?"],
    next: ["dwell-time head", "multi-task network", "online layer"],
  },
}
