import {
  type Advice,
  adviseFromStatement,
  bookStepTitles,
  type CapacityPlan,
  formatQuantity,
  type PlanLimit,
  type ProblemStatement,
  planCapacity,
  planLimits,
  type Sensitivity,
  type StatementSection,
  scenarioOf,
  sectionTitles,
  sensitivity,
  statementSections,
  stepsOfSection,
  withMeasurements,
} from "../problem/index.ts"
import { type Block, heading, htmlOf, list, markdownOf, paragraph, table } from "./design-blocks.ts"
import { architectureDiagram } from "./design-diagrams.ts"
import { besideQuality, cardBlocks, lawBlocks, measuredMetric, modelBlocks, runningBlocks } from "./design-measured.ts"
import { planBlocks, QUANTITY_HEAD, quantityRow } from "./design-plan.ts"
import { measuredAdvice, measurementsOf, type ReleaseFacts, scoringCosts } from "./release-facts.ts"

/** Everything a design document is written from. */
export interface DesignInput {
  readonly statement: ProblemStatement
  readonly plan: CapacityPlan
  readonly limits: readonly PlanLimit[]
  readonly sensitivity: readonly Sensitivity[]
  readonly advice: readonly Advice[]
  readonly release?: ReleaseFacts
}

/** Plans a statement, with measured costs where a release has shown them, and gathers what its document needs: the numbers of `trommel plan --json`. */
export function designOf(given: ProblemStatement, release?: ReleaseFacts): DesignInput {
  const measurements = release && measurementsOf(given, release)
  const statement = measurements === undefined ? given : withMeasurements(given, measurements)
  const scenario = scenarioOf(statement)
  const plan = planCapacity(scenario)
  return {
    statement,
    plan,
    limits: planLimits(scenario, plan),
    sensitivity: sensitivity(scenario),
    advice: [...adviseFromStatement(statement, release && scoringCosts(release)), ...measuredAdvice(release)],
    ...(release === undefined ? {} : { release }),
  }
}

/**
 * The design document in Markdown: one `## ` chapter a step, every quantity with its unit and where it comes from.
 *
 * The same input gives the same text.
 */
export function designMarkdown(input: DesignInput): string {
  return markdownOf(documentBlocks(input))
}

/** The design document as one HTML page, diagrams drawn as SVG. */
export function designHtml(input: DesignInput): string {
  return htmlOf(`${input.statement.title}: design`, documentBlocks(input))
}

function documentBlocks(input: DesignInput): readonly Block[] {
  const { statement, release } = input
  return [
    heading(1, `${statement.title}: design`),
    paragraph(
      release === undefined
        ? "Planned: nothing has been measured yet. Numbers known as assumed are guesses to be replaced."
        : `Measured values are those of release ${release.id} (${release.where}); numbers known as assumed are guesses to be replaced.`,
    ),
    ...statementSections.flatMap((section, i) => [
      heading(2, `${i + 1}. ${sectionTitles[section]}`),
      paragraph(`Answers the customary steps: ${stepsOfSection[section].map((step) => bookStepTitles[step]).join("; ")}.`),
      ...chapters[section](input),
    ]),
  ]
}

const chapters: Readonly<Record<StatementSection, (input: DesignInput) => readonly Block[]>> = {
  setUp: ({ statement: { setUp } }) => [
    paragraph(`Asked: ${setUp.prompt}`),
    paragraph(`In our words: ${setUp.restated}`),
    paragraph(`Objective: ${setUp.objective.goal} Counted by: ${setUp.objective.onlineMetric}.`),
    table(
      ["learning task", "input", "output", "label", "trained for"],
      [[setUp.learning.task, setUp.learning.input, setUp.learning.output, setUp.learning.label, setUp.learning.objective]],
    ),
    heading(3, "Scope"),
    list([...setUp.inScope.map((item) => `In: ${item}`), ...setUp.outOfScope.map((item) => `Out: ${item}`)]),
    heading(3, "Actors, actions, decisions"),
    table(
      ["actor", "is"],
      setUp.actors.map(({ name, is }) => [name, is]),
    ),
    table(
      ["action", "by", "event", "tells", "feeds"],
      setUp.actions.map(({ name, by, event, tells, feeds }) => [name, by, event, tells, feeds.join(", ")]),
    ),
    list(setUp.decisions.map(({ decision, by }) => `${by} decides: ${decision}`)),
    paragraph(`Appears in: ${setUp.placements.join(", ")}. Today: ${setUp.incumbent.name}, ${setUp.incumbent.how}.`),
    heading(3, "Constraints and privacy"),
    table(QUANTITY_HEAD, [
      quantityRow("training time", setUp.constraints.trainingHours),
      quantityRow("training memory", setUp.constraints.trainingBytes),
    ]),
    list([
      `Runs on a ${setUp.constraints.runsOn}, ${setUp.constraints.accelerator ? "with" : "without"} an accelerator; ${setUp.constraints.continual ? "learns" : "does not learn"} between retrainings.`,
      `Explained: ${setUp.constraints.interpretability}, since ${setUp.constraints.interpretabilityWhy}.`,
      ...setUp.privacy.personal.map(
        ({ field, handling }) => `Personal: ${field}, ${handling === "hash" ? "kept only as a hash" : "dropped"}.`,
      ),
      `Deletion: ${setUp.privacy.deletion}.`,
      `Quality is reported by ${setUp.privacy.groups.join(", ")}.`,
      `Segments by ${setUp.segments.by.join(", ")}: ${setUp.segments.choice}, since ${setUp.segments.why}.`,
    ]),
    heading(3, "Clarifying questions"),
    table(
      ["question", "why it matters", "taken until answered"],
      setUp.questions.map(({ ask, why, taken }) => [ask, why, taken]),
    ),
  ],
  scale: (input) => {
    const { scale } = input.statement
    return [
      table(QUANTITY_HEAD, [
        quantityRow("users", scale.users),
        quantityRow("items", scale.items),
        quantityRow("matches of a request", scale.matches),
        quantityRow("requests", scale.requestsPerDay),
        quantityRow("peak load", scale.peakQps),
        quantityRow("training rows", scale.trainingRowsPerDay),
        quantityRow("share of positives", scale.baseRate),
        quantityRow("index, one item", scale.bytesPerItem),
        quantityRow("log, one request", scale.logBytesPerRequest),
        quantityRow("service level at p99", scale.latency.p99Ms),
        quantityRow("half-life of an item", scale.staleness.itemHalfLifeHours),
        quantityRow("retrained every", scale.staleness.retrainHours),
        quantityRow("new item visible within", scale.staleness.newItemVisibleSeconds),
        quantityRow("memory of a machine", scale.machine.memoryBytes),
        quantityRow("price of a machine", scale.machine.costPerHour),
      ]),
      ...planBlocks(input),
    ]
  },
  metrics: (input) => {
    const {
      statement: { metrics, setUp },
      release,
    } = input
    return [
      table(
        ["business goal", "learning objective", "offline metric", "online metric", "counter-metric"],
        [
          [
            setUp.objective.goal,
            setUp.learning.objective,
            metrics.offline[0]!.name,
            setUp.objective.onlineMetric,
            metrics.counter[0]!.name,
          ],
        ],
      ),
      heading(3, "Offline"),
      table(
        ["metric", "judges", "why", "measured"],
        metrics.offline.map(({ name, judges, why }) => [name, judges, why, measuredMetric(name, release)]),
      ),
      heading(3, "Online"),
      table(
        ["metric", "formula", "judges", "read by", "measured"],
        metrics.online.map(({ name, formula, scope, readBy }) => [name, formula, scope, readBy, "not measured yet"]),
      ),
      heading(3, "Counter-metrics and guardrails"),
      list([
        ...metrics.counter.map(({ name, why }) => `${name}: ${why}.`),
        ...metrics.guardrails.map(
          ({ name, relation, limit }) => `Guardrail: ${name} ${relation} ${formatQuantity(limit)} (${limit.source.where}).`,
        ),
      ]),
      heading(3, "Beside quality"),
      table(QUANTITY_HEAD, besideQuality(input)),
      ...modelBlocks(release),
    ]
  },
  architecture: ({ statement, release }) => [
    architectureDiagram(statement),
    table(
      ["component", "does", "belongs to", "reads"],
      statement.architecture.components.map(({ name, does, lane, after }) => [name, does, lane, after.join(", ") || "-"]),
    ),
    paragraph(`Answers are computed in ${statement.architecture.serving}: ${statement.architecture.servingWhy}.`),
    paragraph(`Built ahead: ${statement.architecture.offlineJobs.join("; ")}.`),
    ...runningBlocks(statement, release),
  ],
  offline: ({ statement: { offline }, advice, release }) => [
    ...cardBlocks(release),
    heading(3, "Data and labels"),
    table(
      ["data", "source", "size"],
      offline.data.map(({ name, source, size }) => [name, source, size]),
    ),
    table(
      ["label", "from", "positive", "negative", "signal", "known after"],
      offline.labels.map(({ name, from, positive, negative, signal, delay }) => [
        name,
        from.join(", "),
        positive,
        negative,
        signal,
        `${formatQuantity(delay)} (${delay.source.where})`,
      ]),
    ),
    paragraph(`Negatives: ${offline.negatives}. Split by ${offline.split.by}: ${offline.split.how}.`),
    heading(3, "Features"),
    table(
      ["of", "features"],
      offline.features.map(({ of, names }) => [of, names.join("; ")]),
    ),
    heading(3, "Models, simplest first"),
    table(
      ["family", "model", "when"],
      offline.ladder.map(({ family, model, when }) => [family, model, when]),
    ),
    ...advice.flatMap(adviceBlocks),
    ...lawBlocks(release),
  ],
  online: ({ statement: { online } }) => [
    paragraph(`Hypothesis: ${online.experiment.hypothesis}`),
    paragraph(`Assigned by ${online.experiment.unit}; control ${online.experiment.control}; decided by ${online.experiment.primary}.`),
    table(QUANTITY_HEAD, [
      quantityRow("smallest effect worth finding", online.experiment.smallestEffect),
      quantityRow("length of the test", online.experiment.days),
    ]),
    paragraph(`Rollout: ${online.rollout.join("; then ")}.`),
    paragraph(`When a stage is late or broken: ${online.fallback}.`),
  ],
  iteration: ({ statement: { iteration } }) => [
    table(
      ["watched", "alarm"],
      iteration.monitors.map(({ watches, alarm }) => [watches, alarm]),
    ),
    heading(3, "Risks"),
    table(
      ["risk", "sign", "remedy"],
      iteration.risks.map(({ risk, sign, remedy }) => [risk, sign, remedy]),
    ),
    heading(3, "Open questions"),
    list(iteration.openQuestions),
    heading(3, "Next"),
    list(iteration.next),
  ],
}

function adviceBlocks({ topic, choose, why, evidence, instead }: Advice): readonly Block[] {
  return [
    heading(3, `Advice: ${topic}`),
    paragraph(`${choose}: ${why}.`),
    table(
      QUANTITY_HEAD,
      evidence.map(({ name, quantity }) => quantityRow(name, quantity)),
    ),
    list(instead.map(({ option, why: against }) => `Not ${option}: ${against}.`)),
  ]
}
