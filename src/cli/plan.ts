import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { TrommelError, Unavailable, unknownName } from "../core/index.ts"
import { checkProblem, type DesignInput, designHtml, designMarkdown, designOf, type ReleaseFacts } from "../definition/index.ts"
import { type ProblemStatement, statements } from "../problem/index.ts"
import type { CliContext, Command, Input } from "./command.ts"
import { textFlag } from "./input.ts"
import { timeFunnel } from "./plan-measure.ts"
import { openOptions, print } from "./with-engine.ts"

/** `trommel plan <system>`. */
export const planCommand: Command = {
  name: "plan",
  usage: "trommel plan <system> [--measure] [--html FILE]",
  summary: "scale, latency budget, funnel, capacity and model advice: the design document",
  text: "Needs no store. Numbers that nobody has measured are marked as assumed; with a trained release its metrics stand beside them.",
  flags: {
    measure: { text: "time the live release's funnel on this machine; needs a trained release" },
    html: { value: "FILE", text: "also write it as one page with diagrams" },
  },
  positionals: [1, 1],
  async run(input, context) {
    const name = input.positionals[0]!
    const statement = checkProblem(await statementOf(name, input))
    const design = designOf(statement, await releaseFacts(name, input, context))
    const html = textFlag(input, "html")
    if (html !== undefined) {
      await writeFile(resolve(context.cwd, html), designHtml(design))
      context.stderr.write(`wrote ${html}\n`)
    }
    print(numbersOf(name, design), () => designMarkdown(design), input, context)
    return 0
  },
}

/** The statement of a defined system, or of a kind that is planned. */
async function statementOf(name: string, { config }: Input): Promise<ProblemStatement> {
  const { loadSystems } = await import("../systems/index.ts")
  const systems = await loadSystems(config)
  const defined = systems.find((system) => system.name === name)?.problem
  const planned = Object.hasOwn(statements, name) ? statements[name as keyof typeof statements] : undefined
  const statement = defined ?? planned
  if (statement !== undefined) return statement
  throw unknownName("trommel plan", "system", name, new Set([...systems.map((system) => system.name), ...Object.keys(statements)]))
}

/** What the live release of the store has shown, timed when asked. Without a store there is none; one that cannot be read is told. */
async function releaseFacts(name: string, input: Input, context: CliContext): Promise<ReleaseFacts | undefined> {
  const measure = input.flags.measure === true
  const note = (text: string) => void context.stderr.write(`${text}\n`)
  try {
    const facts = existsSync(join(input.store, input.tenant, "format.json"))
      ? await factsOf(name, measure, input, context, note)
      : undefined
    if (measure && facts === undefined) throw nothingToMeasure(name)
    return facts
  } catch (error) {
    if (!(error instanceof TrommelError) || measure) throw error
    note(`warning: planned without the store: ${error.message}`)
    return undefined
  }
}

async function factsOf(name: string, measure: boolean, input: Input, context: CliContext, note: (text: string) => void) {
  const engine = await context.open(openOptions("either", input, note))
  try {
    if (!engine.handlers.systems().some((system) => system.name === name)) return undefined
    const live = (await engine.releases(name)).find((release) => release.live)
    if (live === undefined) return undefined
    const metrics = Object.entries(live.metrics).map(([metric, value]) => ({ name: metric, value }))
    const timed = measure ? { timed: await timeFunnel(engine, name, context.signal) } : {}
    return { id: live.id, where: `validation part at training of ${live.id}`, metrics, ...timed }
  } finally {
    await engine.close()
  }
}

const nothingToMeasure = (name: string) =>
  new Unavailable("trommel plan --measure", "a live release to time", "none", `Train one first: trommel train ${name}.`)

/** The numbers alone, for programs; units are in the names. */
function numbersOf(system: string, { statement, plan, limits, sensitivity, advice, release }: DesignInput) {
  const { scale, kind } = statement
  return { system, kind, scale, plan, limits, sensitivity, advice, release: release ?? null }
}
