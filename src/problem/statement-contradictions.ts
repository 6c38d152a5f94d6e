import { formatNumber } from "./quantity.ts"
import type { ModelFamily, ProblemStatement } from "./statement.ts"

/** One thing wrong with a statement: the part, what belongs there, what came, and what to write. */
export interface StatementProblem {
  readonly part: string
  readonly expected: string
  readonly came: string
  readonly write: string
}

/** Families whose score can be split into what each feature adds. */
const explainable: ReadonlySet<ModelFamily> = new Set(["rules", "linear", "trees"])

/** Parts of a complete statement that contradict each other, in working order. */
export function contradictions(statement: ProblemStatement): readonly StatementProblem[] {
  return [
    ...setUpProblems(statement),
    ...scaleProblems(statement),
    ...funnelProblems(statement),
    ...metricProblems(statement),
    ...planProblems(statement),
  ]
}

const problem = (part: string, expected: string, came: string, write: string): StatementProblem => ({ part, expected, came, write })
const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
const known = (names: readonly string[]) => `one of ${names.join(", ")}`

function* setUpProblems({ setUp, offline }: ProblemStatement): Generator<StatementProblem> {
  if (plain(setUp.restated) === plain(setUp.prompt)) {
    yield problem("setUp.restated", "other words than the prompt", "the prompt again", "Say input, output and objective in your own words.")
  }
  const inside = new Set(setUp.inScope.map(plain))
  for (const name of setUp.outOfScope) {
    if (inside.has(plain(name))) yield problem("setUp.outOfScope", "nothing that is in scope", JSON.stringify(name), "Decide: in or out.")
  }
  const actors = setUp.actors.map(({ name }) => name)
  for (const { name, by, feeds } of setUp.actions) {
    if (!actors.includes(by)) {
      yield problem(
        "setUp.actions",
        `an actor of ${name}: ${known(actors)}`,
        JSON.stringify(by),
        "Name the actor, or list it in setUp.actors.",
      )
    }
    if (feeds.length === 0) {
      yield problem(
        "setUp.actions",
        `that ${name} feeds a label or a feature`,
        "neither",
        'Write feeds: ["label"] or ["feature"], or drop it.',
      )
    }
    if (feeds.includes("label") && !offline.labels.some(({ from }) => from.includes(name))) {
      yield problem(
        "offline.labels",
        `a label made from ${name}`,
        "none",
        `Name ${name} in a label's from, or say that it feeds features only.`,
      )
    }
  }
  for (const { decision, by } of setUp.decisions) {
    if (![...actors, "system"].includes(by)) {
      yield problem("setUp.decisions", `who decides to ${decision}: ${known(["system", ...actors])}`, JSON.stringify(by), "Name an actor.")
    }
  }
  const labels = offline.labels.map(({ name }) => name)
  if (!labels.includes(setUp.learning.label)) {
    yield problem("setUp.learning.label", known(labels), JSON.stringify(setUp.learning.label), "Name a label of offline.labels.")
  }
  const sources = [...setUp.actions.map(({ name }) => name), "raters"]
  for (const { name, from } of offline.labels) {
    for (const source of from) {
      if (!sources.includes(source))
        yield problem("offline.labels", `a source of ${name}: ${known(sources)}`, JSON.stringify(source), "Name an action, or raters.")
    }
  }
  const dropped = new Set(setUp.privacy.personal.filter(({ handling }) => handling === "drop").map(({ field }) => field))
  for (const { of, names } of offline.features) {
    for (const name of names) {
      if (dropped.has(name)) {
        yield problem(
          "offline.features",
          `no feature of ${of} from a field that is dropped`,
          JSON.stringify(name),
          "Hash the field, or do without the feature.",
        )
      }
    }
  }
}

function* scaleProblems({ scale }: ProblemStatement): Generator<StatementProblem> {
  const { latency, staleness, matches, items, baseRate, peakQps, requestsPerDay } = scale
  const spent = [...latency.fixed, ...latency.stages].reduce((sum, { budgetMs }) => sum + budgetMs, 0)
  if (spent > latency.p99Ms.value) {
    yield problem(
      "scale.latency",
      `budgets of at most ${latency.p99Ms.value} ms together`,
      `${formatNumber(spent)} ms`,
      "Cut a stage or raise p99Ms.",
    )
  }
  if (matches.value > items.value) {
    yield problem(
      "scale.matches",
      `at most the ${formatNumber(items.value)} items`,
      formatNumber(matches.value),
      "A request cannot match more than there is.",
    )
  }
  if (!(baseRate.value < 1)) yield problem("scale.baseRate", "a share in (0, 1)", String(baseRate.value), "Write 0.05 for 5 %.")
  const meanQps = requestsPerDay.value / 86_400
  if (peakQps.value < meanQps) {
    yield problem(
      "scale.peakQps",
      `at least the mean of ${formatNumber(meanQps)} QPS`,
      String(peakQps.value),
      "The busiest minute cannot be calmer than the day.",
    )
  }
  if (staleness.newItemVisibleSeconds.value > staleness.itemHalfLifeHours.value * 3600) {
    yield problem(
      "scale.staleness.newItemVisibleSeconds",
      `less than an item's half-life of ${staleness.itemHalfLifeHours.value} hours`,
      `${staleness.newItemVisibleSeconds.value} s`,
      "Index sooner: an item would be stale before it can be found.",
    )
  }
}

function* funnelProblems({ scale, setUp }: ProblemStatement): Generator<StatementProblem> {
  const { stages } = scale.latency
  let into = scale.matches.value
  let cost = 0
  for (const { name, keeps, microsPerItem, least } of stages) {
    if (!(keeps > 0 && keeps <= into)) {
      yield problem(
        "scale.latency.stages",
        `that ${name} keeps at most the ${formatNumber(into)} it is given`,
        String(keeps),
        "A funnel narrows.",
      )
    }
    if (least !== undefined && least > into) {
      yield problem(
        "scale.latency.stages",
        `that ${name} needs at most the ${formatNumber(into)} it is given`,
        String(least),
        "Let the stage above keep more.",
      )
    }
    if (microsPerItem.value < cost) {
      yield problem(
        "scale.latency.stages",
        `that ${name} costs at least ${cost} µs an item, as the stage above`,
        `${microsPerItem.value} µs`,
        "Simple models above, complex ones below.",
      )
    }
    into = keeps
    cost = microsPerItem.value
  }
  const last = stages.at(-1)!
  if (setUp.constraints.interpretability === "per-decision" && !explainable.has(last.family)) {
    yield problem(
      "setUp.constraints.interpretability",
      `a last stage that explains a decision: ${known([...explainable])}`,
      last.family,
      "Change the family, or ask for less explanation.",
    )
  }
}

function* metricProblems({ metrics, setUp, online }: ProblemStatement): Generator<StatementProblem> {
  const names = metrics.online.map(({ name }) => name)
  const standsFor = setUp.objective.onlineMetric
  if (!names.includes(standsFor))
    yield problem("setUp.objective.onlineMetric", known(names), JSON.stringify(standsFor), "Name a metric of metrics.online.")
  if (!names.includes(online.experiment.primary)) {
    yield problem("online.experiment.primary", known(names), JSON.stringify(online.experiment.primary), "Name a metric of metrics.online.")
  }
  for (const { name } of metrics.counter) {
    if (name === standsFor)
      yield problem(
        "metrics.counter",
        "another metric than the objective's",
        JSON.stringify(name),
        "Name what the objective could be bought with.",
      )
  }
  if (!metrics.online.some(({ scope }) => scope === "end-to-end")) {
    yield problem("metrics.online", "one that judges the whole", "only components", "Name an end-to-end metric.")
  }
}

function* planProblems({ setUp, online, offline, architecture }: ProblemStatement): Generator<StatementProblem> {
  if (online.experiment.control !== setUp.incumbent.name) {
    yield problem(
      "online.experiment.control",
      `the incumbent, ${JSON.stringify(setUp.incumbent.name)}`,
      JSON.stringify(online.experiment.control),
      "Test against what answers today.",
    )
  }
  const { value } = online.experiment.smallestEffect
  if (value > 1) yield problem("online.experiment.smallestEffect", "a share in (0, 1]", String(value), "Write 0.01 for 1 %.")
  if (offline.ladder[0]!.family !== "rules") {
    yield problem("offline.ladder", "a rule first", offline.ladder[0]!.family, "Measure rules before any model: they may be enough.")
  }
  const boxes = architecture.components.map(({ name }) => name)
  for (const { name, after } of architecture.components) {
    for (const source of after) {
      if (!boxes.includes(source))
        yield problem("architecture.components", `a component before ${name}: ${known(boxes)}`, JSON.stringify(source), "Name a component.")
    }
  }
}
