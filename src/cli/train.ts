import { resolve } from "node:path"
import { Conflict } from "../core/index.ts"
import type { TrainReport } from "../engine/index.ts"
import type { Command } from "./command.ts"
import { numberFlag, textFlag } from "./input.ts"
import { bytes, count, measure, pairs } from "./table.ts"
import { print, type Work, withEngine } from "./with-engine.ts"

/** `trommel train <system>`. */
export const trainCommand: Command = {
  name: "train",
  usage: "trommel train <system> [--data DIR] [--seed N] [--no-promote]",
  summary: "train a release and serve it when it passes its gates",
  text: "The first release of a system is served at once; a later one when every gate lets it through.",
  flags: {
    data: { value: "DIR", text: "a data set's folder; without it, the store's own log" },
    seed: { value: "N", text: "same seed and data, same release; 7" },
    "no-promote": { text: "leave a candidate" },
  },
  positionals: [1, 1],
  run: (input, context) =>
    withEngine("train", "either", input, context, async (work) => {
      const system = input.positionals[0]!
      const data = textFlag(input, "data")
      const seed = numberFlag(input, "seed", 7, { min: 0, max: 2 ** 32 - 1, whole: true })
      const { engine, options } = work
      const report = await engine.train(system, { ...options, seed, ...(data === undefined ? {} : { data: resolve(context.cwd, data) }) })
      const promoted = input.flags["no-promote"] === true ? false : await promote(report, work)
      print({ ...report, promoted }, () => trainText(report, promoted), input, context)
      return 0
    }),
}

/** Serves the release when it is the first or passed every gate; a refusal of the engine leaves a candidate and says why. */
async function promote({ release, system, gates }: TrainReport, { engine, line }: Work): Promise<boolean> {
  const failed = gates.filter(({ passed }) => !passed)
  const isFirst = !(await engine.releases(system)).some(({ id, live }) => live && id !== release)
  if (failed.length > 0 && !isFirst) {
    line.note(`warning: ${release} stays a candidate: ${failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}`)
    return false
  }
  try {
    await engine.promote(release)
    return true
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    line.note(`warning: ${release} stays a candidate: ${error.message}`)
    return false
  }
}

function trainText(report: TrainReport, promoted: boolean): string {
  const { release, rows, seconds, cpuSeconds, peakBytes, seed, chosen, metrics, gates, notes } = report
  return pairs([
    ["release", `${release} (${promoted ? "live" : "candidate"})`],
    ["rows", count(rows)],
    ["seed", String(seed)],
    ["time", `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, peak ${bytes(peakBytes)}`],
    ...Object.entries(chosen).map(
      ([name, value]) => [`chosen ${name}`, typeof value === "string" ? value : JSON.stringify(value)] as const,
    ),
    ...Object.entries(metrics).map(([name, value]) => [name, measure(value)] as const),
    ...gates.map(({ name, passed, detail }) => [`gate ${name}`, `${passed ? "passed" : "failed"}: ${detail}`] as const),
    ...notes.map((note) => ["note", note] as const),
  ])
}
