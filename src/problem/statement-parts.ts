/** A part every statement has: its path, what belongs there, what to write, and when it counts as written. */
export interface StatementPart {
  readonly part: string
  readonly expected: string
  readonly write: string
  holds(value: unknown): boolean
}

const isText = (value: unknown) => typeof value === "string" && value.trim() !== ""
const text = (part: string, expected: string, write: string): StatementPart => ({ part, expected, write, holds: isText })

const oneOf = (part: string, names: readonly string[], write: string): StatementPart => ({
  part,
  expected: `one of ${names.join(", ")}`,
  write,
  holds: (value) => names.includes(value as string),
})

/** A list of at least `least` entries whose `keys` are written; of texts when no key is named. */
const list = (part: string, least: number, what: string, write: string, keys: readonly string[] = []): StatementPart => ({
  part,
  expected: `at least ${least} ${what}`,
  write,
  holds: (value) =>
    Array.isArray(value) &&
    value.length >= least &&
    value.every((entry) => (keys.length === 0 ? isText(entry) : keys.every((key) => written((entry as Record<string, unknown>)?.[key])))),
})

const written = (value: unknown) =>
  isText(value) || typeof value === "number" || isQuantity(value) || (Array.isArray(value) && value.every(isText))

const isQuantity = (value: unknown): boolean => {
  const { value: number, unit, source } = (value ?? {}) as { value?: unknown; unit?: unknown; source?: { kind?: unknown; where?: unknown } }
  return typeof number === "number" && Number.isFinite(number) && isText(unit) && isText(source?.kind) && isText(source?.where)
}

/** A number above 0 with the unit it is counted in and a source. */
const quantity = (part: string, unit: string, write: string): StatementPart => ({
  part,
  expected: `a quantity above 0 in ${unit}, with its source`,
  write,
  holds: (value) => isQuantity(value) && (value as { value: number }).value > 0 && (value as { unit: string }).unit === unit,
})

const flag = (part: string, write: string): StatementPart => ({
  part,
  expected: "true or false",
  write,
  holds: (value) => typeof value === "boolean",
})

const section = (part: string, write: string): StatementPart => ({
  part,
  expected: "the section",
  write,
  holds: (value) => typeof value === "object" && value !== null,
})

/** Every part, sections first, in working order. Optional parts are not listed. */
export const statementParts: readonly StatementPart[] = [
  text("kind", "which application", 'Name it, such as "recommendation".'),
  text("title", "a title", "Name the system as people call it."),
  section("setUp", "Write prompt, restated, objective, scope, actors, actions, decisions, incumbent, constraints, privacy."),
  section("scale", "Write users, items, matches, load, latency budget, staleness and machine."),
  section("metrics", "Write at least one offline and one online metric, counter-metrics and guardrails."),
  section("architecture", "Write the components and what flows between them."),
  section("offline", "Write data, labels, features, split and the ladder of models."),
  section("online", "Write the experiment, the rollout and the fallback."),
  section("iteration", "Write monitors, risks and open questions."),

  text("setUp.prompt", "the request in one sentence", "Copy what was asked, word for word."),
  text("setUp.restated", "the request in your own words", "Say input, output and objective in one sentence."),
  text("setUp.objective.goal", "what the business wants", "Say what is better for the business when this works."),
  text("setUp.objective.onlineMetric", "the online metric that stands for the goal", "Name one of metrics.online."),
  oneOf("setUp.learning.task", ["ranking", "classification", "regression", "segmentation", "spans"], "Say what the output is."),
  oneOf("setUp.learning.relevance", ["binary", "graded"], "Say whether relevance has grades."),
  oneOf("setUp.learning.uses", ["order", "probability"], "Say whether only the order is used, or the probability itself."),
  oneOf("setUp.learning.inputs", ["table", "raw"], "Say whether the model reads features, or text and pixels."),
  text("setUp.learning.input", "what the model is given", "Name the things and the moment, such as (user, item, now)."),
  text("setUp.learning.output", "what the model answers", "Name it with its scale, such as a probability."),
  text("setUp.learning.label", "the label it learns from", "Name one of offline.labels."),
  text("setUp.learning.objective", "what training minimises or maximises", "Name the loss."),
  list("setUp.inScope", 3, "things in scope", "Narrow the problem: list what is built."),
  list("setUp.outOfScope", 3, "things out of scope", "Narrow the problem: list what is left alone."),
  list("setUp.actors", 2, "actors with name and meaning", "Name who and what take part.", ["name", "is"]),
  list("setUp.actions", 1, "actions with name, by, event, tells and feeds", "List what people can do, also against a result.", [
    "name",
    "by",
    "event",
    "tells",
    "feeds",
  ]),
  list("setUp.decisions", 1, "decisions and who takes them", "Say what is decided with the answer.", ["decision", "by"]),
  list("setUp.placements", 1, "places where answers appear", "Name the page, list or call."),
  text("setUp.incumbent.name", "what answers today", "Name it; popularity or rules when there is nothing."),
  text("setUp.incumbent.how", "how the incumbent works", "Say it in one sentence."),
  oneOf("setUp.constraints.runsOn", ["server", "device"], "Say where it runs."),
  flag("setUp.constraints.accelerator", "Say whether a GPU or TPU may be used."),
  quantity("setUp.constraints.trainingHours", "hours", "Say how long training may take."),
  quantity("setUp.constraints.trainingBytes", "B", "Say how much memory training may take."),
  flag("setUp.constraints.continual", "Say whether it must learn between retrainings."),
  oneOf("setUp.constraints.interpretability", ["none", "global", "per-decision"], "Say how far a decision must be explained."),
  text("setUp.constraints.interpretabilityWhy", "why that much explanation is owed", "Say who asks for it."),
  list("setUp.privacy.personal", 1, "personal fields with field and handling", 'Name each and write "hash" or "drop".', [
    "field",
    "handling",
  ]),
  text("setUp.privacy.deletion", "how a person is forgotten", "Say what is left after a deletion: nothing, and how that is reached."),
  list("setUp.privacy.groups", 1, "groups by which quality is reported", "Name the groups that must not fall behind."),
  list("setUp.segments.by", 1, "ways to cut the audience", "Name the segments, such as country."),
  oneOf("setUp.segments.choice", ["one model", "one per segment"], "Choose, and let the comparison decide."),
  text("setUp.segments.why", "why so", "Say which comparison decides it."),
  list("setUp.questions", 3, "clarifying questions with ask, why and taken", "Ask, say why it matters, and what is taken until then.", [
    "ask",
    "why",
    "taken",
  ]),

  quantity("scale.users", "users", "Say how many people use it."),
  quantity("scale.items", "items", "Say how many items there are."),
  quantity("scale.matches", "items", "Say how many items one request could return before scoring."),
  quantity("scale.requestsPerDay", "requests/day", "Say how many requests a day bring."),
  quantity("scale.peakQps", "QPS", "Say how many requests a second the busiest minute brings."),
  quantity("scale.trainingRowsPerDay", "rows/day", "Say how many labelled rows a day bring."),
  quantity("scale.baseRate", "share", "Say which share of rows is positive."),
  quantity("scale.bytesPerItem", "B", "Say what one item costs in the index."),
  quantity("scale.logBytesPerRequest", "B", "Say what one request leaves in the log."),
  quantity("scale.latency.p99Ms", "ms", "State the service level."),
  list("scale.latency.fixed", 1, "fixed steps with name and budgetMs", "Budget what does not grow with items, such as features.", [
    "name",
    "budgetMs",
  ]),
  list("scale.latency.stages", 1, "stages with name, does, family, keeps, budgetMs and microsPerItem", "Split the budget by stage.", [
    "name",
    "does",
    "family",
    "keeps",
    "budgetMs",
    "microsPerItem",
  ]),
  quantity("scale.staleness.itemHalfLifeHours", "hours", "Say after how long half of an item's attention is over."),
  quantity("scale.staleness.retrainHours", "hours", "Say how often it is retrained."),
  quantity("scale.staleness.newItemVisibleSeconds", "s", "Say how soon a new item can be found."),
  {
    part: "scale.machine.cores",
    expected: "cores of one machine, a whole number from 1",
    write: "Say what one machine has.",
    holds: (value) => Number.isInteger(value) && (value as number) >= 1,
  },
  quantity("scale.machine.memoryBytes", "B", "Say what memory one machine has."),
  quantity("scale.machine.costPerHour", "$/hour", "Say what one machine costs."),

  list("metrics.offline", 1, "offline metrics with name, judges and why", "Name what is measured on held-out data.", [
    "name",
    "judges",
    "why",
  ]),
  list("metrics.online", 1, "online metrics with name, formula, scope and readBy", "Name what is measured on live traffic.", [
    "name",
    "formula",
    "scope",
    "readBy",
  ]),
  list("metrics.counter", 1, "counter-metrics with name and why", "Name what the online metric could be bought with.", ["name", "why"]),
  list("metrics.guardrails", 1, "guardrails with name, relation and limit", "Name a line that may not be crossed.", [
    "name",
    "relation",
    "limit",
  ]),

  oneOf("architecture.serving", ["real time", "batch", "both"], "Say when answers are computed."),
  text("architecture.servingWhy", "why answers are computed then", "Give the reason."),
  list("architecture.components", 3, "components with name, does, lane and after", "Draw the boxes and what each reads.", [
    "name",
    "does",
    "lane",
    "after",
  ]),
  list("architecture.offlineJobs", 1, "jobs beside requests", "Name what is built ahead."),

  list("offline.data", 1, "sources of data with name, source and size", "Say where data comes from.", ["name", "source", "size"]),
  list("offline.labels", 1, "labels with name, from, positive, negative, signal and delay", "Say what counts as right and wrong.", [
    "name",
    "from",
    "positive",
    "negative",
    "signal",
    "delay",
  ]),
  list("offline.features", 1, "groups of features with of and names", "Name features by actor and pair of actors.", ["of", "names"]),
  text("offline.negatives", "where negatives come from", "Say which rows are negative and how they are sampled."),
  oneOf("offline.split.by", ["time", "scene", "document"], "Say what keeps training and test apart."),
  text("offline.split.how", "how data is split", "Say which part trains, validates and tests."),
  list("offline.ladder", 2, "models with family, model and when", "Begin with a rule, end with the dearest worth trying.", [
    "family",
    "model",
    "when",
  ]),

  text("online.experiment.unit", "the unit of the test", "Say what is assigned, such as a user."),
  text("online.experiment.control", "the control of the test", "Name the incumbent."),
  text("online.experiment.primary", "the metric that decides", "Name one of metrics.online."),
  text("online.experiment.hypothesis", "the hypothesis", "Say which change moves which metric, and why."),
  quantity("online.experiment.smallestEffect", "share", "Say which relative change is worth finding."),
  quantity("online.experiment.days", "days", "Say how long it runs; whole weeks."),
  list("online.rollout", 2, "steps of the rollout", "Say how traffic moves over, and back."),
  text("online.fallback", "what is answered when a stage is late", "Name it: the page never breaks."),

  list("iteration.monitors", 1, "monitors with watches and alarm", "Say what is watched, and when it alarms.", ["watches", "alarm"]),
  list("iteration.risks", 1, "risks with risk, sign and remedy", "Say what may go wrong, how it shows, what is done.", [
    "risk",
    "sign",
    "remedy",
  ]),
  list("iteration.openQuestions", 1, "open questions", "Say what is not known yet."),
  list("iteration.next", 1, "next steps", "Say what is tried next."),
]
