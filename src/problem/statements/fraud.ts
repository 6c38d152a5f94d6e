import { assumed, computed, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { serverMachine } from "./machines.ts"

/** Fraud detection: a calibrated probability and a decision inside the authorisation of a payment. */
export const fraudStatement: ProblemStatement = {
  kind: "fraud",
  title: "Fraud detection",
  setUp: {
    prompt: "Stop card fraud.",
    restated:
      "Given a payment at the moment of authorisation, give the calibrated probability that it is fraud and the cheapest decision: approve, challenge, review or decline.",
    objective: {
      goal: "Least money lost to fraud and to wrongly declined customers together.",
      onlineMetric: "money lost per thousand paid",
    },
    learning: {
      task: "classification",
      relevance: "binary",
      uses: "probability",
      inputs: "table",
      input: "(payment, card, merchant, device, now) with counters as of now",
      output: "calibrated probability of fraud in [0, 1]",
      label: "fraud",
      objective: "log loss at the true base rate",
    },
    inScope: ["payments without the card present", "decision by expected cost", "velocity and shared devices", "new patterns by anomaly"],
    outOfScope: ["account opening", "money laundering", "disputes themselves", "identity checks"],
    actors: [
      { name: "card holder", is: "who pays" },
      { name: "merchant", is: "who is paid" },
      { name: "device", is: "phone or browser, with its address" },
      { name: "fraudster", is: "who adapts" },
      { name: "reviewer", is: "person who decides doubtful cases" },
    ],
    actions: [
      { name: "pay", by: "card holder", event: "interaction", tells: "neutral", feeds: ["feature"] },
      { name: "charge back", by: "card holder", event: "judgement", tells: "for", feeds: ["label"] },
      { name: "pass challenge", by: "card holder", event: "interaction", tells: "against", feeds: ["label", "feature"] },
      { name: "confirm fraud", by: "reviewer", event: "judgement", tells: "for", feeds: ["label"] },
      { name: "clear", by: "reviewer", event: "judgement", tells: "against", feeds: ["label"] },
    ],
    decisions: [
      { decision: "approve, challenge or decline", by: "system" },
      { decision: "doubtful cases", by: "reviewer" },
    ],
    placements: ["authorisation call", "review queue"],
    incumbent: { name: "velocity rules", how: "block lists and limits on amount and count an hour" },
    constraints: {
      runsOn: "server",
      accelerator: false,
      trainingHours: stated(6, "hours", "daily to weekly"),
      trainingBytes: stated(32e9, "B", "one machine"),
      continual: false,
      interpretability: "per-decision",
      interpretabilityWhy: "a decline must be explained to the customer and the regulator",
    },
    privacy: {
      personal: [
        { field: "card", handling: "hash" },
        { field: "address", handling: "hash" },
        { field: "name", handling: "drop" },
      ],
      deletion: "hashes, counters and payments of the person are removed by a tombstone once law no longer keeps them",
      groups: ["region", "age band"],
    },
    segments: {
      by: ["merchant category", "country"],
      choice: "one model",
      why: "fraud crosses segments; thresholds differ by amount band",
    },
    questions: [
      { ask: "Which fraud?", why: "decides label and features", taken: "card not present" },
      { ask: "Which decisions are possible?", why: "a challenge turns doubt into evidence", taken: "approve, challenge, review, decline" },
      { ask: "What does a miss cost, and a false alarm?", why: "is the threshold", taken: "amount and fee; margin, support and churn" },
      { ask: "How late are labels?", why: "decides when a row may train", taken: "30 to 90 days" },
      { ask: "How fast?", why: "authorisation waits", taken: "50 ms", sets: ["p99Ms"] },
    ],
  },
  scale: {
    users: assumed(50e6, "users", "active cards"),
    items: assumed(50e6, "items", "cards with counters"),
    matches: computed(1, "items", "one payment is scored at a time"),
    requestsPerDay: computed(288e6, "requests/day", "a third of the peak on average"),
    peakQps: stated(10_000, "QPS", "peak of a large acquirer"),
    trainingRowsPerDay: computed(29.4e6, "rows/day", "all fraud and one in ten of the rest"),
    baseRate: assumed(0.002, "share", "between 0.1 and 0.5 %"),
    bytesPerItem: assumed(1000, "B", "velocity counters and norms of a card"),
    logBytesPerRequest: assumed(800, "B", "features read, score, decision"),
    latency: {
      p99Ms: stated(50, "ms", "inside authorisation"),
      fixed: [
        { name: "fetch counters and profiles", budgetMs: 25 },
        { name: "policy", budgetMs: 1 },
      ],
      stages: [
        {
          name: "rules",
          does: "lists and limits",
          family: "rules",
          keeps: 1,
          budgetMs: 2,
          microsPerItem: assumed(100, "µs", "some 50 look-ups"),
        },
        {
          name: "score",
          does: "boosted trees, calibrated",
          family: "trees",
          keeps: 1,
          budgetMs: 10,
          microsPerItem: assumed(200, "µs", "500 trees on one row, with contributions"),
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(336, "hours", "a pattern of fraud lives for weeks"),
      retrainHours: stated(24, "hours", "daily to weekly, and on drift"),
      newItemVisibleSeconds: stated(1, "s", "velocity counts the payment before"),
    },
    machine: serverMachine,
  },
  metrics: {
    offline: [
      { name: "averagePrecision", judges: "order of payments", why: "area under precision and recall at the true rate; gates releases" },
      { name: "calibrationError", judges: "probability", why: "it is multiplied by the amount" },
      { name: "brier", judges: "probability", why: "one number for order and calibration" },
    ],
    online: [
      {
        name: "money lost per thousand paid",
        formula: "(fraud losses + cost of false declines) / paid x 1,000",
        scope: "end-to-end",
        readBy: "risk team: launch or not",
      },
      { name: "approval rate", formula: "approved / payments", scope: "end-to-end", readBy: "merchants" },
      { name: "review hit rate", formula: "confirmed / reviewed", scope: "component", readBy: "reviewers" },
    ],
    counter: [
      { name: "false-decline rate", why: "losses can be bought by declining customers" },
      { name: "complaints per million payments", why: "challenges cost patience" },
    ],
    guardrails: [
      { name: "p99 of a decision", relation: "at most", limit: stated(50, "ms") },
      { name: "false-decline rate", relation: "at most", limit: stated(0.005, "share", "cap on wronged customers") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "authorisation waits for the answer",
    components: [
      { name: "payment", does: "card, merchant, device, amount", lane: "request", after: [] },
      { name: "rules", does: "lists, limits", lane: "request", after: ["payment"] },
      { name: "features", does: "velocity, graph, norms", lane: "request", after: ["rules", "counters"] },
      { name: "scorer", does: "probability with reasons", lane: "request", after: ["features", "training"] },
      { name: "policy", does: "cheapest decision", lane: "request", after: ["scorer"] },
      { name: "decision", does: "approve, challenge, review, decline", lane: "request", after: ["policy"] },
      { name: "counters", does: "streams of events", lane: "learning", after: [] },
      { name: "label store", does: "chargebacks, reviews, with age", lane: "learning", after: ["decision"] },
      { name: "training", does: "ripe labels only", lane: "learning", after: ["label store"] },
    ],
    offlineJobs: ["graph of shared devices and addresses", "norms of cards and merchants", "cost curve and thresholds"],
  },
  offline: {
    data: [
      { name: "payments", source: "event log with features as served", size: "288 million a day" },
      { name: "chargebacks", source: "card schemes", size: "0.2 % of payments, 30 to 90 days late" },
    ],
    labels: [
      {
        name: "fraud",
        from: ["charge back", "confirm fraud", "clear", "pass challenge"],
        positive: "charged back as fraud, or confirmed by a reviewer",
        negative: "ripe without either, or cleared",
        signal: "stated",
        delay: stated(2160, "hours", "90 days of maturation"),
      },
    ],
    features: [
      { of: "payment", names: ["amount", "hour", "merchant category", "address mismatch", "new device"] },
      { of: "card", names: ["count and sum in 1 minute, 1 hour, 24 hours", "countries a day", "amount against own norm"] },
      { of: "merchant", names: ["fraud rate, ripe labels", "age"] },
      { of: "device and card", names: ["cards per device", "devices per card", "component size"] },
    ],
    negatives: "one in ten ripe honest payments; the logit is shifted back by the log of the rate",
    split: { by: "time", how: "8 months train, 2 tune, 2 test, with a gap; tests keep the true rate and are ripe" },
    ladder: [
      { family: "rules", model: "velocity rules", when: "always: the incumbent, and in front of every model" },
      { family: "linear", model: "logistic regression", when: "first model, reasons at once" },
      { family: "trees", model: "boosted trees", when: "the default" },
      { family: "network", model: "sequence network", when: "trees are ahead of rules and patterns are in order" },
    ],
  },
  online: {
    experiment: {
      unit: "card",
      control: "velocity rules",
      primary: "money lost per thousand paid",
      hypothesis: "Deciding by expected cost lowers money lost, since doubt is challenged and not declined.",
      smallestEffect: stated(0.05, "share", "pays for the upkeep"),
      days: stated(28, "days", "early signs; money is settled after 90"),
    },
    rollout: ["shadow", "1 % of cards", "10 %", "everybody; rollback in one step"],
    fallback: "rules alone, with the review queue opened",
  },
  iteration: {
    monitors: [
      { watches: "distribution of the score", alarm: "population stability index above 0.25" },
      { watches: "decline rate by region", alarm: "outside 3 standard deviations" },
      { watches: "share of payments unlike any before", alarm: "doubled in a day" },
    ],
    risks: [
      { risk: "declined payments have no outcome", sign: "fraud seems to vanish", remedy: "a small, capped random share is approved" },
      { risk: "unripe labels train", sign: "last month looks honest", remedy: "guard on the age of labels" },
      { risk: "stale counters", sign: "velocity below the log's own count", remedy: "delay in the metrics, parity test" },
      { risk: "rings", sign: "single payments look honest", remedy: "graph features" },
    ],
    openQuestions: ["What does a wrongly declined customer cost in the end?", "How much fraud is never disputed?"],
    next: ["anomaly score for new patterns", "graph vectors", "sequence network"],
  },
}
