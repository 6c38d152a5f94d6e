import { assumed, computed, published, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Visual search: images that look like a query image or a crop of one. */
export const visualSearchStatement: ProblemStatement = {
  kind: "visual-search",
  title: "Visual search",
  setUp: {
    prompt: "Let people search with a picture.",
    restated:
      "Given an image or a crop of one, embed it and list the nearest images of the platform that may be shown, most similar first.",
    objective: { goal: "People find what they like quickly, and look at more of it.", onlineMetric: "click-through rate" },
    learning: {
      task: "ranking",
      relevance: "graded",
      uses: "order",
      inputs: "raw",
      input: "pixels of the query image and of every indexed image",
      output: "cosine similarity in [-1, 1] of two embeddings",
      label: "positive pair",
      objective: "contrastive cross-entropy over one positive and many negatives",
    },
    inScope: ["whole images and crops", "approximate nearest neighbours", "filters for private, unsafe and duplicate images"],
    outOfScope: ["text queries", "tags and captions as features", "personal ranking", "video"],
    actors: [
      { name: "viewer", is: "who searches" },
      { name: "query image", is: "picture or crop" },
      { name: "image", is: "picture of the platform" },
      { name: "owner", is: "who uploaded it, and may hide it" },
    ],
    actions: [
      { name: "click", by: "viewer", event: "interaction", tells: "for", feeds: ["label"] },
      { name: "save", by: "viewer", event: "interaction", tells: "for", feeds: ["label"] },
      { name: "report", by: "viewer", event: "interaction", tells: "against", feeds: ["feature"] },
      { name: "make private", by: "owner", event: "item", tells: "against", feeds: ["feature"] },
    ],
    decisions: [
      { decision: "which images are shown, and in which order", by: "system" },
      { decision: "who may see an image", by: "owner" },
    ],
    placements: ["similar images"],
    incumbent: { name: "colour histogram", how: "images whose colours are distributed alike" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(48, "hours", "one training run over a weekend"),
      trainingBytes: stated(64e9, "B", "one machine"),
      continual: false,
      interpretability: "none",
      interpretabilityWhy: "the result shows itself",
    },
    privacy: {
      personal: [
        { field: "owner", handling: "hash" },
        { field: "place of the picture", handling: "drop" },
      ],
      deletion: "image, vector and index entry are removed at once and stay out of later builds",
      groups: ["skin tone", "region of the owner"],
    },
    segments: { by: ["category of image"], choice: "one model", why: "one space lets a query cross categories" },
    questions: [
      { ask: "Images only, or text too?", why: "text needs a second encoder in the same space", taken: "images only" },
      { ask: "Crops?", why: "decides the preprocessing and the training views", taken: "yes" },
      { ask: "Personal results?", why: "would add a ranker over similarity", taken: "no" },
      {
        ask: "How many images?",
        why: "decides index family and quantisation",
        taken: "100 billion; a demonstration of 100,000",
        sets: ["items"],
      },
      { ask: "How soon is a new image found?", why: "decides delta or rebuild", taken: "within a second" },
    ],
  },
  scale: {
    users: assumed(50e6, "users", "daily actives of a picture platform"),
    items: published(100e9, "items", "images of the usual design case"),
    matches: computed(100e9, "items", "every image may be similar"),
    requestsPerDay: computed(86.4e6, "requests/day", "half of the peak on average"),
    peakQps: assumed(2000, "QPS", "one search for every 25,000 daily actives a second"),
    trainingRowsPerDay: assumed(1e6, "rows/day", "clicked pairs after bias correction"),
    baseRate: computed(0.0039, "share", "one positive among 256 of a batch"),
    bytesPerItem: computed(40, "B", "32 sub-codes of one byte and an id"),
    logBytesPerRequest: assumed(800, "B", "50 ids with similarities"),
    latency: {
      p99Ms: stated(300, "ms", "fast enough to browse"),
      fixed: [
        { name: "decode and resize", budgetMs: 20 },
        { name: "embed", budgetMs: 60 },
      ],
      stages: [
        {
          name: "neighbours",
          does: "cells nearest to the query, codes compared",
          family: "index",
          keeps: 1000,
          budgetMs: 100,
          microsPerItem: assumed(0.00005, "µs", "1 cell in 1,000 is probed, 0.05 µs a code"),
        },
        {
          name: "re-score",
          does: "exact similarity on full vectors",
          family: "network",
          keeps: 100,
          budgetMs: 30,
          microsPerItem: assumed(10, "µs", "one read from disk cache and 128 products"),
        },
        {
          name: "filter",
          does: "private, unsafe, duplicates, per owner",
          family: "rules",
          keeps: 50,
          budgetMs: 20,
          microsPerItem: assumed(50, "µs", "hash compared with the images above"),
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(4000, "hours", "pictures stay of interest for months"),
      retrainHours: stated(720, "hours", "monthly; a new model re-embeds everything"),
      newItemVisibleSeconds: stated(1, "s", "the delta index"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [
      { name: "ndcg@10", judges: "the whole list", why: "similarity is graded 0 to 5; gates releases" },
      { name: "recall@10", judges: "the index against exact search", why: "isolates approximation from embedding" },
      { name: "mrr", judges: "first hit", why: "comparison with published figures" },
    ],
    online: [
      { name: "click-through rate", formula: "clicked / suggested images", scope: "end-to-end", readBy: "product team: launch or not" },
      {
        name: "time on suggested images",
        formula: "minutes a day, week and month / viewers",
        scope: "end-to-end",
        readBy: "product team: does it hold attention",
      },
      { name: "index lag", formula: "p99 of upload to findable, seconds", scope: "component", readBy: "index team" },
    ],
    counter: [
      { name: "reports per thousand lists", why: "clicks can be bought with shock" },
      { name: "distinct owners in the first ten", why: "clicks can be bought with one owner's flood" },
    ],
    guardrails: [
      { name: "p99 of a search", relation: "at most", limit: stated(300, "ms") },
      { name: "private images shown", relation: "at most", limit: stated(0, "items", "policy") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "query images are new; vectors of indexed images are computed at upload",
    components: [
      { name: "query", does: "image or crop", lane: "request", after: [] },
      { name: "preprocessing", does: "size, range, colour mode", lane: "request", after: ["query"] },
      { name: "embedding", does: "image to unit vector", lane: "request", after: ["preprocessing", "training"] },
      { name: "neighbour search", does: "cells and codes", lane: "request", after: ["embedding", "index"] },
      { name: "re-ranking", does: "exact score, filters", lane: "request", after: ["neighbour search"] },
      { name: "similar images", does: "50 pictures", lane: "request", after: ["re-ranking"] },
      { name: "index", does: "new, changed, deleted images", lane: "learning", after: ["training"] },
      { name: "event log", does: "lists and clicks", lane: "learning", after: ["similar images"] },
      { name: "training", does: "contrastive pairs", lane: "learning", after: ["event log"] },
    ],
    offlineJobs: ["cells and codebooks", "re-embedding when the model changes", "perceptual hashes"],
  },
  offline: {
    data: [
      { name: "images", source: "the platform's uploads", size: "100 billion, 100,000 in a demonstration" },
      { name: "graded set", source: "raters, similarity 0 to 5", size: "1,000 queries x 100 images" },
    ],
    labels: [
      {
        name: "positive pair",
        from: ["raters", "click", "save"],
        positive: "two views of one image; later clicked pairs",
        negative: "the other images of the batch",
        signal: "behavioural",
        delay: stated(1, "hours", "end of the session"),
      },
    ],
    features: [
      { of: "image", names: ["pixels after preprocessing"] },
      { of: "owner", names: ["privacy", "safety score"] },
    ],
    negatives: "random images of the batch; hard ones once the loss is flat; their number is tuned",
    split: { by: "time", how: "by image identity and upload time; no augmented twin crosses" },
    ladder: [
      { family: "rules", model: "colour histogram", when: "always: the incumbent" },
      { family: "network", model: "autoencoder", when: "no pairs at all" },
      { family: "network", model: "small residual network, contrastive", when: "images without labels" },
    ],
  },
  online: {
    experiment: {
      unit: "viewer",
      control: "colour histogram",
      primary: "click-through rate",
      hypothesis: "Learned similarity raises clicks, since it sees things and not only colours.",
      smallestEffect: stated(0.02, "share", "pays for embedding"),
      days: stated(14, "days", "two whole weeks"),
    },
    rollout: ["shadow", "1 % of viewers", "50 %", "everybody; the former index stays warm"],
    fallback: "neighbours without re-scoring, filters always on",
  },
  iteration: {
    monitors: [
      { watches: "recall against exact search on a sample", alarm: "below 0.9" },
      { watches: "variance of embeddings", alarm: "half of that at release: collapse" },
      { watches: "share filtered by each rule", alarm: "doubled in a day" },
    ],
    risks: [
      { risk: "query and index by different models", sign: "similarities fall at a rollout", remedy: "one version in both, guarded" },
      { risk: "background decides", sign: "same wall, other thing", remedy: "crops among the training views" },
      { risk: "near-duplicates flood the list", sign: "hash distances near 0", remedy: "filter above 0.98" },
    ],
    openQuestions: ["How different may a similar image be?", "Which share of uploads is a duplicate?"],
    next: ["clicks as weak labels", "text encoder in the same space"],
  },
}
