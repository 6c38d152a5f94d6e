import type { Quantity } from "./quantity.ts"

/** What the answer of the model is: an order, a class probability, a number, a class a pixel, or labelled pieces of text. */
export type LearningTask = "ranking" | "classification" | "regression" | "segmentation" | "spans"

/** What computes a score, from cheapest to dearest in the usual case. */
export type ModelFamily = "index" | "rules" | "neighbours" | "linear" | "trees" | "network"

/** How far a decision must be explainable: not at all, by what matters overall, or one decision at a time. */
export type Interpretability = "none" | "global" | "per-decision"

/**
 * What is decided, for whom, at what scale, and how success is counted: the head of every definition, in seven sections and working order.
 *
 * Plain JSON. `checkStatement` refuses a part that is missing or contradicts another; `writeDesignDocument` prints it beside plan and measurements.
 */
export interface ProblemStatement {
  /** Which application: `search`, `recommendation` ... */
  readonly kind: string
  readonly title: string
  readonly setUp: SetUp
  readonly scale: Scale
  readonly metrics: MetricPlan
  readonly architecture: Architecture
  readonly offline: OfflinePlan
  readonly online: OnlinePlan
  readonly iteration: IterationPlan
}

/** The problem narrowed until one model output answers it. */
export interface SetUp {
  /** The request as it came, in one sentence. */
  readonly prompt: string
  /** The same in our own words: input, output, objective. Differs from `prompt`. */
  readonly restated: string
  readonly objective: BusinessObjective
  readonly learning: LearningStatement
  /** What the product wants, one line each; at least three, as with what it leaves alone. */
  readonly inScope: readonly string[]
  readonly outOfScope: readonly string[]
  readonly actors: readonly Actor[]
  /** What people and things do: each is an event, and feeds a label or a feature. */
  readonly actions: readonly Action[]
  /** What is decided with the model's answer, and by whom. */
  readonly decisions: readonly Decision[]
  /** Where answers appear. */
  readonly placements: readonly string[]
  /** What answers today, and the control of every test. */
  readonly incumbent: Incumbent
  readonly constraints: Constraints
  readonly privacy: Privacy
  readonly segments: SegmentChoice
  /** What to ask before building, why it matters, and what is taken until someone answers. */
  readonly questions: readonly Question[]
}

/** What the business wants, and the number on live traffic that stands for it: a name among `metrics.online`. */
export interface BusinessObjective {
  readonly goal: string
  readonly onlineMetric: string
}

/** The precise learning problem: from which input to which output, against which label. */
export interface LearningStatement {
  readonly task: LearningTask
  /** Relevance has two grades or more. */
  readonly relevance: "binary" | "graded"
  /** Whether only the order of answers is used, or the probability itself: multiplied by a bid or amount, or added to others. */
  readonly uses: "order" | "probability"
  /** A table of features, or text, pixels and histories as they are. */
  readonly inputs: "table" | "raw"
  readonly input: string
  readonly output: string
  /** A name among `offline.labels`. */
  readonly label: string
  readonly objective: string
}

export interface Actor {
  readonly name: string
  readonly is: string
}

/** `event` is the kind of event that carries it; `feeds` says whether labels or features read it. */
export interface Action {
  readonly name: string
  readonly by: string
  readonly event: "interaction" | "impression" | "item" | "user" | "judgement"
  readonly tells: "for" | "against" | "neutral"
  readonly feeds: readonly ("label" | "feature")[]
}

export interface Decision {
  readonly decision: string
  readonly by: string
}

export interface Incumbent {
  readonly name: string
  readonly how: string
}

/** What limits the choice of model. */
export interface Constraints {
  readonly runsOn: "server" | "device"
  readonly accelerator: boolean
  readonly trainingHours: Quantity
  readonly trainingBytes: Quantity
  /** True when the model must learn between retrainings. */
  readonly continual: boolean
  readonly interpretability: Interpretability
  /** Why that much explanation is owed. */
  readonly interpretabilityWhy: string
}

/** Fields about people, how each is kept out of logs, how a person is forgotten, and by which groups quality is reported. */
export interface Privacy {
  readonly personal: readonly { readonly field: string; readonly handling: "hash" | "drop" }[]
  readonly deletion: string
  readonly groups: readonly string[]
}

/** One model for everyone or one a segment, with the reason and how it will be checked. */
export interface SegmentChoice {
  readonly by: readonly string[]
  readonly choice: "one model" | "one per segment"
  readonly why: string
}

/** A clarifying question; `taken` is the answer used until someone gives another. */
export interface Question {
  readonly ask: string
  readonly why: string
  readonly taken: string
  /** Numbers and choices that answer it; without any, the answer is a sentence. */
  readonly sets?: readonly AnswerKey[]
}

/** What an interview may set: numbers of the scale, and choices that decide metrics and model. */
export type AnswerKey =
  | "users"
  | "items"
  | "requestsPerDay"
  | "peakQps"
  | "p99Ms"
  | "trainingRowsPerDay"
  | "retrainHours"
  | "onlineMetric"
  | "interpretability"
  | "accelerator"

/** How much, how often, how fast. */
export interface Scale {
  readonly users: Quantity
  readonly items: Quantity
  /** Items one request could return before anything is scored. */
  readonly matches: Quantity
  readonly requestsPerDay: Quantity
  readonly peakQps: Quantity
  readonly trainingRowsPerDay: Quantity
  /** Share of training rows whose label is positive before sampling, in (0, 1). */
  readonly baseRate: Quantity
  /** Index bytes an item, features and vectors included. */
  readonly bytesPerItem: Quantity
  /** Bytes one request leaves in the log. */
  readonly logBytesPerRequest: Quantity
  readonly latency: LatencyBudget
  readonly staleness: Staleness
  readonly machine: Machine
}

/** Service level and how it is split; the stages' budgets may not add to more than `p99Ms`, what is left is slack. */
export interface LatencyBudget {
  readonly p99Ms: Quantity
  /** Steps whose time does not grow with the number of items: network, query handling, feature fetch, page. */
  readonly fixed: readonly { readonly name: string; readonly budgetMs: number }[]
  /** The funnel, widest first. */
  readonly stages: readonly FunnelStage[]
}

/** One stage of the funnel: what it does, with which model family, and what it may spend. */
export interface FunnelStage {
  readonly name: string
  readonly does: string
  readonly family: ModelFamily
  /** Most items that leave it. */
  readonly keeps: number
  readonly budgetMs: number
  readonly microsPerItem: Quantity
  /** Machines one request is spread over; left out, the planner finds the fewest. */
  readonly shards?: number
  /** Fewest items it must be given to be worth having; 1 when left out. */
  readonly least?: number
}

/** How fast knowledge ages. */
export interface Staleness {
  /** Time after which half of an item's attention is over. */
  readonly itemHalfLifeHours: Quantity
  readonly retrainHours: Quantity
  readonly newItemVisibleSeconds: Quantity
}

/** One machine as the planner buys it; all of a pool are alike. */
export interface Machine {
  readonly cores: number
  readonly memoryBytes: Quantity
  readonly costPerHour: Quantity
}

/** How success is counted: at least one metric before launch and one after, and what must not get worse. */
export interface MetricPlan {
  /** On held-out data; the first gates releases. Registry names, such as `ndcg@10`. */
  readonly offline: readonly { readonly name: string; readonly judges: string; readonly why: string }[]
  /** On live traffic. `scope` says whether it judges one component or the whole. */
  readonly online: readonly OnlineMetric[]
  /** What the online metric could be bought with. */
  readonly counter: readonly { readonly name: string; readonly why: string }[]
  /** Lines that may not be crossed, whatever the rest says. */
  readonly guardrails: readonly Guardrail[]
}

export interface OnlineMetric {
  readonly name: string
  readonly formula: string
  readonly scope: "component" | "end-to-end"
  /** Who looks at it, and what they decide by it. */
  readonly readBy: string
}

export interface Guardrail {
  readonly name: string
  readonly relation: "at most" | "at least"
  readonly limit: Quantity
}

/** The parts and what flows between them. */
export interface Architecture {
  readonly serving: "real time" | "batch" | "both"
  readonly servingWhy: string
  readonly components: readonly Component[]
  /** What is built beside requests: indexes, tables, counters. */
  readonly offlineJobs: readonly string[]
}

/** One box of the diagram; `after` names the boxes whose output it reads. */
export interface Component {
  readonly name: string
  readonly does: string
  readonly lane: "request" | "learning"
  readonly after: readonly string[]
}

/** From data to a model worth testing. */
export interface OfflinePlan {
  readonly data: readonly { readonly name: string; readonly source: string; readonly size: string }[]
  readonly labels: readonly LabelRule[]
  /** Features by actor or pair of actors. */
  readonly features: readonly { readonly of: string; readonly names: readonly string[] }[]
  readonly negatives: string
  readonly split: { readonly by: "time" | "scene" | "document"; readonly how: string }
  /** Simplest first: the first is a rule, measured before any model. */
  readonly ladder: readonly { readonly family: ModelFamily; readonly model: string; readonly when: string }[]
}

/** What counts as a positive and a negative example. `from` names actions of the set-up, or raters. */
export interface LabelRule {
  readonly name: string
  readonly from: readonly string[]
  readonly positive: string
  readonly negative: string
  readonly signal: "stated" | "behavioural"
  readonly delay: Quantity
}

/** From a model to a decision about it. */
export interface OnlinePlan {
  readonly experiment: Experiment
  readonly rollout: readonly string[]
  /** What is answered when a stage is late or broken. */
  readonly fallback: string
}

export interface Experiment {
  readonly unit: string
  /** The incumbent's name. */
  readonly control: string
  /** A name among `metrics.online`. */
  readonly primary: string
  readonly hypothesis: string
  /** Smallest relative change worth finding, in (0, 1]. */
  readonly smallestEffect: Quantity
  readonly days: Quantity
}

/** How it is kept good. */
export interface IterationPlan {
  readonly monitors: readonly { readonly watches: string; readonly alarm: string }[]
  readonly risks: readonly { readonly risk: string; readonly sign: string; readonly remedy: string }[]
  readonly openQuestions: readonly string[]
  readonly next: readonly string[]
}
