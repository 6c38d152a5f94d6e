import { resolve } from "node:path"
import type { ImportReport } from "../engine/index.ts"
import type { Command } from "./command.ts"
import { count, pairs } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

/** `trommel import <system> FILES`. */
export const importCommand: Command = {
  name: "import",
  usage: "trommel import <system> FILE ...",
  summary: "events, items, users and judgements from CSV, JSONL or Parquet files",
  text: "Every line is validated; what is refused is listed and the rest is kept. Stopped in the middle, the same command goes on where it was.",
  positionals: [2, Number.POSITIVE_INFINITY],
  run: (input, context) =>
    withEngine("import", "write", input, context, async ({ engine, options }) => {
      const [system, ...files] = input.positionals
      const report = await engine.import(
        system!,
        files.map((file) => resolve(context.cwd, file)),
        options,
      )
      print(report, () => importText(report), input, context)
      return 0
    }),
}

function importText(report: ImportReport): string {
  const { files, read, accepted, duplicates, rejectedCount, rejected, resumedAt, timeless, seconds } = report
  const lines = rejected.slice(0, 10).map(({ file, line, reason }) => `  ${file}:${line}: ${reason}\n`)
  const more = rejectedCount > 10 ? `  and ${count(rejectedCount - 10)} more; --json lists the first hundred\n` : ""
  return `${pairs([
    ["files", count(files)],
    ["read", count(read)],
    ["accepted", count(accepted)],
    ["known already", count(duplicates)],
    ["rejected", count(rejectedCount)],
    ...(resumedAt > 1 ? ([["went on from", `line ${count(resumedAt)}`]] as const) : []),
    ...(timeless ? ([["time", "none in these files: time features are off"]] as const) : []),
    ["seconds", seconds.toFixed(1)],
  ])}${lines.join("")}${more}`
}
