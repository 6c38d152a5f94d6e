import { resolve } from "node:path"
import { InvalidArgument } from "../core/index.ts"
import { renderDataPage, type Span } from "../data/index.ts"
import type { DataPageReport } from "../engine/index.ts"
import type { FeatureReport } from "../features/index.ts"
import type { Command, Input } from "./command.ts"
import { textFlag } from "./input.ts"
import { count, table } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

/** `trommel data <system>`. */
export const dataCommand: Command = {
  name: "data",
  usage: "trommel data <system> [--freeze] [--schema FILE] [--before A..B --after C..D]",
  summary: "look at its data: distributions, gaps, label rates, drift, schema, advice",
  text: `Held against the frozen schema when there is one: a JSON file to keep under version control and to review by its diff.
Without spans the two halves of the time there is are compared.`,
  flags: {
    freeze: { text: "write the schema of the data as it is now, for later runs to be held against" },
    schema: { value: "FILE", text: "the frozen schema; schema.json in the store's folder" },
    before: { value: "A..B", text: "the span to compare with, such as 2026-01-01..2026-02-01" },
    after: { value: "C..D", text: "the span that is judged" },
  },
  positionals: [1, 1],
  run: (input, context) =>
    withEngine("data", "either", input, context, async ({ engine, options }) => {
      const schema = textFlag(input, "schema")
      const spans = spansOf(input)
      const report = await engine.data(input.positionals[0]!, {
        ...options,
        freeze: input.flags.freeze === true,
        ...(schema === undefined ? {} : { schema: resolve(context.cwd, schema) }),
        ...(spans === undefined ? {} : { spans }),
      })
      print(report, () => textOf(report), input, context)
      return 0
    }),
}

function textOf(report: DataPageReport): string {
  const frozen = report.frozen ? "\nThe schema is frozen: review its file and keep it under version control.\n" : ""
  return `${renderDataPage(report, `Data of ${report.system}`)}\nFEATURES\n${featureTable(report.features.families)}${frozen}`
}

/** What each feature family is about, what it costs, how fresh it is. */
function featureTable(families: FeatureReport["families"]): string {
  const age = (ms: number | undefined) =>
    ms === undefined ? "-" : ms < 36e5 ? `${Math.round(ms / 6e4)} min` : `${Math.round(ms / 36e5)} h`
  return table(
    ["family", "about", "columns", "ns/row", "state", "newest"],
    families.map(({ family, actors, columns, nsPerRow, bytes, stalenessMs }) => [
      family,
      actors.join(" x "),
      columns.length,
      nsPerRow === undefined ? "-" : count(nsPerRow),
      `${count(bytes / 1000)} kB`,
      age(stalenessMs),
    ]),
  )
}

function spansOf(input: Input): { readonly before: Span; readonly after: Span } | undefined {
  const [before, after] = [spanOf(input, "before"), spanOf(input, "after")]
  if (before === undefined && after === undefined) return undefined
  if (before === undefined || after === undefined)
    throw new InvalidArgument("trommel data", "both --before and --after", "one of them", "Name the span it is compared with.")
  return { before, after }
}

function spanOf(input: Input, name: string): Span | undefined {
  const came = textFlag(input, name)
  if (came === undefined) return undefined
  const [from, to, ...more] = came.split("..")
  if (from === undefined || to === undefined || more.length > 0 || Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to)))
    throw new InvalidArgument(`--${name}`, "two times with .. between", JSON.stringify(came), "Write 2026-01-01..2026-02-01.")
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
