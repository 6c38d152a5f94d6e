import { resolve } from "node:path"
import type { EvaluationReport, MetricWithInterval } from "../engine/index.ts"
import type { Command } from "./command.ts"
import { textFlag } from "./input.ts"
import { count, measure, pairs, table } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

/** `trommel evaluate <system>`. */
export const evaluateCommand: Command = {
  name: "evaluate",
  usage: "trommel evaluate <system> [--data DIR] [--release ID] [--run FILE]",
  summary: "how good a release is on the test part, with intervals, beside its retrievers alone",
  text: "The newest trained release unless one is named. Writes nothing to the log.",
  flags: {
    data: { value: "DIR", text: "a data set's folder; without it, the newest part of the store's own log" },
    release: { value: "ID", text: "a release other than the newest" },
    run: { value: "FILE", text: "what was predicted, in TREC run format, for other tools to score" },
  },
  positionals: [1, 1],
  run: (input, context) =>
    withEngine("evaluate", "either", input, context, async ({ engine, options }) => {
      const data = textFlag(input, "data")
      const release = textFlag(input, "release")
      const run = textFlag(input, "run")
      const report = await engine.evaluate(input.positionals[0]!, {
        ...options,
        ...(data === undefined ? {} : { data: resolve(context.cwd, data) }),
        ...(release === undefined ? {} : { release }),
        ...(run === undefined ? {} : { run: resolve(context.cwd, run) }),
      })
      print(report, () => evaluationText(report), input, context)
      return 0
    }),
}

function evaluationText({ system, release, queries, metrics, beside, lift, run, seconds, notes }: EvaluationReport): string {
  const cell = (found: MetricWithInterval | undefined) =>
    found === undefined ? "-" : `${measure(found.value)} [${measure(found.low)}, ${measure(found.high)}]`
  const names = metrics.map(({ name }) => name)
  const row = (label: string, values: readonly MetricWithInterval[]) => [
    label,
    ...names.map((name) => cell(values.find((one) => one.name === name))),
  ]
  const first = Object.values(lift)[0]?.name
  const last = (label: string) => (first === undefined ? [] : [cell(lift[label])])
  const rows = [
    [...row("the whole funnel", metrics), ...last("the whole funnel")],
    ...Object.entries(beside).map(([label, values]) => [...row(label, values), ...last(label)]),
  ]
  return `${pairs([
    ["system", system],
    ["release", release],
    ["queries", count(queries)],
    ...(run === undefined ? [] : ([["run file", run]] as const)),
    ["seconds", seconds.toFixed(1)],
    ...notes.map((note) => ["note", note] as const),
  ])}\n${table(["value with 95 % interval", ...names, ...(first === undefined ? [] : [`${first}: funnel minus this`])], rows)}`
}
