import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { InvalidArgument, TrommelError, Unavailable, unknownName } from "../core/index.ts"
import { checkProblem, type DesignInput, designHtml, designMarkdown, designOf, type ReleaseFacts } from "../definition/index.ts"
import type { Engine, ServedSizes } from "../engine/index.ts"
import { answeredStatement, type ProblemStatement, statements } from "../problem/index.ts"
import type { CliContext, Command, Input } from "./command.ts"
import { textFlag } from "./input.ts"
import { checkKind, isRunnable } from "./new.ts"
import { measureLaws } from "./plan-laws.ts"
import { loadFunnel } from "./plan-load.ts"
import { timeFunnel } from "./plan-measure.ts"
import { compareModels } from "./plan-models.ts"
import { type ProgressLine, progressLine } from "./progress.ts"
import { interview } from "./scaffold/interview.ts"
import { writeDefinition } from "./scaffold/write.ts"
import { openOptions, print } from "./with-engine.ts"

/** `trommel plan <system>`. */
export const planCommand: Command = {
  name: "plan",
  usage: "trommel plan <system> [--measure [--data DIR] | --ask] [--html FILE]",
  summary: "scale, latency budget, funnel, capacity and model advice: the design document",
  text: "Needs no store. Numbers that nobody has measured are marked as assumed; with a trained release its metrics stand beside them.",
  flags: {
    measure: { text: "time the live release on this machine: funnel, models, a load test, laws of growth" },
    data: { value: "DIR", text: "with --measure: judge the models on this data set's test part too" },
    ask: { text: "the system is a kind: walk through its clarifying questions and write a definition file that runs" },
    out: { value: "FILE", text: "with --ask: where the definition goes; trommel.config.js" },
    html: { value: "FILE", text: "also write it as one page with diagrams" },
  },
  positionals: [1, 1],
  async run(input, context) {
    if (input.flags.ask === true) return askAndPlan(input, context)
    const name = input.positionals[0]!
    const statement = checkProblem(await statementOf(name, input))
    const design = designOf(statement, await releaseFacts(name, input, context))
    return show(name, design, input, context)
  },
}

/** Prints the document, and writes it as a page where that was asked for. */
async function show(name: string, design: DesignInput, input: Input, context: CliContext): Promise<number> {
  const html = textFlag(input, "html")
  if (html !== undefined) {
    await writeFile(resolve(context.cwd, html), designHtml(design))
    context.stderr.write(`wrote ${html}\n`)
  }
  print(numbersOf(name, design), () => designMarkdown(design), input, context)
  return 0
}

/** The interview of a kind, the definition file it ends in, and the document of what was answered. */
async function askAndPlan(input: Input, context: CliContext): Promise<number> {
  const kind = checkKind("trommel plan --ask", input.positionals[0]!)
  const blueprint = await interview(kind, await isRunnable(kind), context)
  const file = await writeDefinition(context.cwd, blueprint, textFlag(input, "out"))
  context.stderr.write(`\nwrote ${file}; trommel plan ${blueprint.name} plans it again\n`)
  return show(blueprint.name, designOf(checkProblem(answeredStatement(kind, blueprint.answers))), input, context)
}

/** The statement of a defined system, or of a kind that is planned. */
async function statementOf(name: string, { config }: Input): Promise<ProblemStatement> {
  const { loadConfig } = await import("../systems/index.ts")
  const { problems } = await loadConfig(config)
  const known: Readonly<Record<string, ProblemStatement>> = { ...statements, ...problems }
  if (Object.hasOwn(known, name)) return known[name]!
  throw unknownName("trommel plan", "system", name, Object.keys(known))
}

/** What the live release of the store has shown, timed when asked. Without a store there is none; one that cannot be read is told. */
async function releaseFacts(name: string, input: Input, context: CliContext): Promise<ReleaseFacts | undefined> {
  const measure = input.flags.measure === true
  const line = progressLine("plan", context.stderr, context.monotonicMs)
  try {
    const isStore = existsSync(join(input.store, input.tenant, "format.json"))
    const facts = isStore ? await storedFacts(name, measure, input, context, line) : undefined
    if (measure && facts === undefined) throw nothingToMeasure(name)
    return facts
  } catch (error) {
    if (!(error instanceof TrommelError) || measure) throw error
    line.note(`warning: planned without the store: ${error.message}`)
    return undefined
  } finally {
    line.end()
  }
}

async function storedFacts(name: string, measure: boolean, input: Input, context: CliContext, line: ProgressLine) {
  const engine = await context.open(openOptions("either", input, line.note))
  try {
    if (!engine.handlers.systems().some((system) => system.name === name)) return undefined
    const live = (await engine.releases(name)).find((release) => release.live)
    if (live === undefined) return undefined
    const facts: ReleaseFacts = {
      id: live.id,
      where: `validation part at training of ${live.id}`,
      metrics: Object.entries(live.metrics).map(([metric, value]) => ({ name: metric, value })),
      graph: await engine.handlers.graph(name),
      sizes: withModelBytes(await engine.sizes(name)),
    }
    return measure ? await measured(engine, name, facts, input, context, line) : facts
  } finally {
    await engine.close()
  }
}

const withModelBytes = (sizes: ServedSizes) => ({ ...sizes, modelBytes: Object.values(sizes.parts).reduce((sum, bytes) => sum + bytes, 0) })

/** Everything that can be timed here and now, in turn; the evaluation only where there is something held out. */
async function measured(engine: Engine, name: string, facts: ReleaseFacts, input: Input, context: CliContext, line: ProgressLine) {
  const { signal } = context
  line.note("measures the funnel, its models, a load test and the laws of growth: about half a minute, and the evaluation with --data")
  line.show({ step: "time the funnel", done: 0 })
  const graph = facts.graph ?? []
  const timing = await timeFunnel(engine, name, graph, signal)
  const { card } = await engine.data(name, { signal, onProgress: line.show })
  line.show({ step: "load test", done: 0 })
  const load = await loadFunnel(engine, name, timing, context)
  const data = textFlag(input, "data")
  const report = await judged(engine, name, data && resolve(context.cwd, data), context, line)
  const sizes = await engine.sizes(name)
  const models = report && (await compareModels(engine, name, { people: timing.people, graph, sizes, report, data }, signal))
  line.show({ step: "laws of growth", done: 0 })
  const { laws, scoring } = await measureLaws(context)
  const judgedMetrics = report === undefined ? {} : { metrics: report.metrics, where: `evaluation of ${facts.id}, 95 % interval` }
  return { ...facts, ...judgedMetrics, card, timed: timing.timed, load, laws, scoring, ...(models === undefined ? {} : { models }) }
}

/** The release judged on held-out data; without `--data` on what the log says happened since it was trained, if anything did. */
async function judged(engine: Engine, name: string, data: string | undefined, { signal }: CliContext, line: ProgressLine) {
  try {
    return await engine.evaluate(name, { signal, onProgress: line.show, ...(data === undefined ? {} : { data }) })
  } catch (error) {
    if (data !== undefined || !(error instanceof InvalidArgument)) throw error
    line.note(`note: models are not compared: ${error.message}`)
    return undefined
  }
}

const nothingToMeasure = (name: string) =>
  new Unavailable("trommel plan --measure", "a live release to time", "none", `Train one first: trommel train ${name}.`)

/** The numbers alone, for programs; units are in the names. */
function numbersOf(system: string, { statement, plan, limits, sensitivity, advice, release }: DesignInput) {
  const { scale, kind } = statement
  return { system, kind, scale, plan, limits, sensitivity, advice, release: release ?? null }
}
