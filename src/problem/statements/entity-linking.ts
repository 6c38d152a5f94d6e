import { assumed, computed, published, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Entity linking: mentions in a text, each tied to an entry of a knowledge base or to nothing. */
export const entityLinkingStatement: ProblemStatement = {
  kind: "entity-linking",
  title: "Entity linking",
  setUp: {
    prompt: "Find the entities a text talks about.",
    restated:
      "Given a text, mark every span that names a person, organisation or place, and tie it to one entry of the knowledge base, or to none.",
    objective: { goal: "Search answers directly and assistants understand.", onlineMetric: "session success rate of the host" },
    learning: {
      task: "spans",
      relevance: "binary",
      uses: "order",
      inputs: "raw",
      input: "tokens of a text, and descriptions of candidate entities",
      output: "spans with type, entity id or nothing, and confidence in [0, 1]",
      label: "linked span",
      objective: "token cross-entropy, then log loss of the right candidate",
    },
    inScope: ["persons, organisations, locations, others", "entities without an entry", "one query or a whole corpus"],
    outOfScope: ["relations between entities", "pronouns", "translation", "writing new entries"],
    actors: [
      { name: "reader", is: "person or system that asks" },
      { name: "mention", is: "a span that names something" },
      { name: "entity", is: "entry with names, type and description" },
      { name: "document", is: "the text around" },
    ],
    actions: [
      { name: "confirm", by: "reader", event: "judgement", tells: "for", feeds: ["label"] },
      { name: "correct", by: "reader", event: "judgement", tells: "against", feeds: ["label"] },
      { name: "open entity", by: "reader", event: "interaction", tells: "for", feeds: ["feature"] },
    ],
    decisions: [
      { decision: "which spans are entities, and which entity each is", by: "system" },
      { decision: "to accept a link in doubt", by: "reader" },
    ],
    placements: ["annotate call", "corpus job"],
    incumbent: { name: "dictionary and prior", how: "longest known name, tied to the entity it most often means" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(8, "hours", "overnight"),
      trainingBytes: stated(16e9, "B", "one machine"),
      continual: false,
      interpretability: "global",
      interpretabilityWhy: "editors ask which signals decide a link",
    },
    privacy: {
      personal: [
        { field: "reader", handling: "hash" },
        { field: "text of queries", handling: "drop" },
      ],
      deletion: "texts and judgements of the reader are removed by a tombstone at every replay",
      groups: ["region of names", "entities seen in training or not"],
    },
    segments: { by: ["language", "kind of text"], choice: "one model", why: "news and queries share names; casing is a feature" },
    questions: [
      { ask: "Which types?", why: "decides tags and labels", taken: "person, organisation, location, other" },
      { ask: "Which knowledge base?", why: "decides names, priors and descriptions", taken: "one's own, imported" },
      { ask: "One query or a batch?", why: "decides latency or throughput", taken: "both; 200 ms a query", sets: ["p99Ms"] },
      { ask: "Must unknown entities be reported?", why: "needs a calibrated nothing", taken: "yes" },
    ],
  },
  scale: {
    users: assumed(10e6, "users", "readers of the host a day"),
    items: published(1e6, "items", "entities of the usual design case"),
    matches: computed(150, "items", "5 mentions x 30 candidates"),
    requestsPerDay: computed(17.28e6, "requests/day", "half of the peak on average"),
    peakQps: assumed(400, "QPS", "share of the host's queries that name something"),
    trainingRowsPerDay: assumed(20_000, "rows/day", "sentences labelled or corrected"),
    baseRate: assumed(0.17, "share", "tokens inside a mention in news"),
    bytesPerItem: assumed(1500, "B", "names, prior, description vector"),
    logBytesPerRequest: assumed(600, "B", "spans with candidates and confidence"),
    latency: {
      p99Ms: stated(200, "ms", "between 100 and 200 ms"),
      fixed: [
        { name: "tokenise", budgetMs: 2 },
        { name: "recognise mentions", budgetMs: 60 },
      ],
      stages: [
        {
          name: "candidates",
          does: "names, parts of names, neighbours of the mention",
          family: "index",
          keeps: 100,
          budgetMs: 20,
          microsPerItem: assumed(20, "µs", "look-up and string similarity"),
        },
        {
          name: "link",
          does: "probability that mention and entity match",
          family: "trees",
          keeps: 5,
          budgetMs: 50,
          microsPerItem: assumed(100, "µs", "features of sentence and description"),
          least: 10,
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(8760, "hours", "entries last for years"),
      retrainHours: stated(720, "hours", "monthly"),
      newItemVisibleSeconds: stated(60, "s", "new entities make news"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [{ name: "spanF1", judges: "mentions and links together", why: "exact span, type and entity; gates releases" }],
    online: [
      {
        name: "session success rate of the host",
        formula: "successful sessions / sessions, with and without links",
        scope: "end-to-end",
        readBy: "search team: launch or not",
      },
      { name: "share of links confirmed", formula: "confirmed / (confirmed + corrected)", scope: "component", readBy: "editors" },
    ],
    counter: [{ name: "corrections per thousand texts", why: "coverage can be bought with wrong links" }],
    guardrails: [
      { name: "p99 of a query", relation: "at most", limit: stated(200, "ms") },
      { name: "linking precision", relation: "at least", limit: stated(0.9, "share", "a wrong link is worse than none") },
    ],
  },
  architecture: {
    serving: "both",
    servingWhy: "queries are annotated as they come, corpora in batches by the same path",
    components: [
      { name: "text", does: "query or document", lane: "request", after: [] },
      { name: "recognition", does: "spans with types", lane: "request", after: ["text", "recogniser training"] },
      { name: "candidates", does: "names and vectors", lane: "request", after: ["recognition", "knowledge base"] },
      { name: "linking", does: "match or nothing", lane: "request", after: ["candidates", "linker training"] },
      { name: "entities", does: "spans, ids, confidence", lane: "request", after: ["linking"] },
      { name: "knowledge base", does: "names, priors, descriptions", lane: "learning", after: [] },
      { name: "recogniser training", does: "tagged sentences", lane: "learning", after: [] },
      { name: "linker training", does: "linked mentions", lane: "learning", after: ["knowledge base"] },
    ],
    offlineJobs: ["alias dictionary", "prior of each name", "description vectors and their index"],
  },
  offline: {
    data: [
      { name: "tagged sentences", source: "raters, and generated news", size: "20,000 sentences a day at most" },
      { name: "knowledge base", source: "imported dump", size: "1 million entities" },
    ],
    labels: [
      {
        name: "linked span",
        from: ["raters", "confirm", "correct"],
        positive: "exact span with type and entity",
        negative: "other candidates of the mention; spans that are none",
        signal: "stated",
        delay: stated(24, "hours", "labelling queue"),
      },
    ],
    features: [
      { of: "mention", names: ["shape", "prefix and suffix", "capitals", "known name"] },
      { of: "entity", names: ["popularity", "type"] },
      { of: "mention and entity", names: ["prior", "string similarity", "type match"] },
      { of: "document and entity", names: ["context similarity", "coherence with the other entities"] },
    ],
    negatives: "other candidates of the same mention; nothing-examples by hiding the right entity",
    split: { by: "document", how: "by document, with a slice of entities never seen in training" },
    ladder: [
      { family: "rules", model: "dictionary and prior", when: "always: the incumbent" },
      { family: "linear", model: "tagger over word features with legal transitions", when: "thousands of sentences" },
      { family: "trees", model: "linker over candidate features", when: "tens of thousands of linked mentions" },
      { family: "network", model: "contextual encoder for both", when: "pretrained text vectors are at hand" },
    ],
  },
  online: {
    experiment: {
      unit: "reader",
      control: "dictionary and prior",
      primary: "session success rate of the host",
      hypothesis: "Links that read the context raise success, since the right namesake is found.",
      smallestEffect: stated(0.005, "share", "half a percent of sessions"),
      days: stated(14, "days", "two whole weeks"),
    },
    rollout: ["corpus job compared by editors", "shadow", "10 % of queries", "everybody"],
    fallback: "the entity most often meant, marked as unsure",
  },
  iteration: {
    monitors: [
      { watches: "share of mentions without an entity", alarm: "half as many again in a week" },
      { watches: "recall of candidates on judged mentions", alarm: "below 0.98" },
    ],
    risks: [
      { risk: "prior swamps context", sign: "the famous namesake always wins", remedy: "slice of ambiguous names in every report" },
      { risk: "a new entity is forced onto an old one", sign: "confidence high, editors disagree", remedy: "calibrated nothing" },
      { risk: "lower-cased text", sign: "recall falls on queries", remedy: "train with casing dropped at random" },
    ],
    openQuestions: ["Which types matter to the host beyond the first three?", "How often does the knowledge base change?"],
    next: ["joint scoring of a document's links", "contextual encoder"],
  },
}
