import { resolve } from "node:path"
import { InvalidArgument } from "../core/index.ts"
import { type ListFormatName, listFormats } from "../data/index.ts"
import type { ExportPlan, ExportReport } from "../engine/index.ts"
import type { Command, Input } from "./command.ts"
import { hint } from "./did-you-mean.ts"
import { numberFlag, spanFlag, textFlag } from "./input.ts"
import { again } from "./repeat.ts"
import { bytes, count, pairs } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

const HOUR_MS = 3_600_000

/** `trommel export <system>`. */
export const exportCommand: Command = {
  name: "export",
  usage: "trommel export <system> [--out FILE] [--store-pages] [--placement home|item] [--limit N] [--users FILE] [--every 24h]",
  summary: "rank a list for every person or item ahead of the need: to a file, or as pages that serving reads back",
  text: `Ranks through the same path as a request, and logs nothing. Pages are read by rank with "stored": true: what was
seen, blocked or withdrawn since is left out at that moment. Works beside a running server, which takes the pages
over; stopped in the middle, the same command goes on where it was. A file holds who is in it: deleting a person
deletes the pages, not what was written to files.`,
  flags: {
    out: { value: "FILE", text: "the lists as a file" },
    format: { value: "NAME", text: `${Object.keys(listFormats).join(", ")}; by the file's ending, else jsonl` },
    "store-pages": { text: "keep the lists as pages in the store" },
    placement: { value: "NAME", text: "home: a list for each person; item: what is like each item; home" },
    limit: { value: "N", text: "items of a list; those of a page" },
    users: { value: "FILE", text: "one id a line; everybody with a history" },
    keep: { value: "48h", text: "how long a page may be shown" },
    every: { value: "24h", text: "again and again, this long after each beginning" },
  },
  positionals: [1, 1],
  async run(input, context) {
    const wanted = optionsOf(input, context.cwd)
    // The store is opened for each beat: between two it belongs to whoever serves.
    await again(spanFlag(input, "every"), context, () =>
      withEngine("export", "either", input, context, async ({ engine, options, line }) => {
        const report = await engine.export(input.positionals[0]!, { ...options, ...wanted, onPlan: (plan) => line.note(planText(plan)) })
        print(report, () => exportText(report), input, context)
      }),
    )
    return 0
  },
}

function optionsOf(input: Input, cwd: string) {
  const [out, users, placement] = ["out", "users", "placement"].map((name) => textFlag(input, name))
  const storePages = input.flags["store-pages"] === true
  if (out === undefined && !storePages) {
    throw new InvalidArgument("trommel export", "--out FILE, --store-pages, or both", "neither", "Say where the lists go.")
  }
  const limit = input.flags.limit === undefined ? undefined : numberFlag(input, "limit", 20, { min: 1, max: 1000, whole: true })
  const keepMs = spanFlag(input, "keep")
  return {
    storePages,
    ...(out === undefined ? {} : { out: resolve(cwd, out), format: formatOf(input, out) }),
    ...(users === undefined ? {} : { users: resolve(cwd, users) }),
    ...(placement === undefined ? {} : { placement }),
    ...(limit === undefined ? {} : { limit }),
    ...(keepMs === undefined ? {} : { keepHours: keepMs / HOUR_MS }),
  }
}

function formatOf(input: Input, out: string): ListFormatName {
  const known = Object.keys(listFormats) as ListFormatName[]
  const named = textFlag(input, "format")
  const found = known.find((name) => name === named || (named === undefined && out.endsWith(`.${name}`)))
  if (found !== undefined) return found
  if (named === undefined) return "jsonl"
  throw new InvalidArgument("--format", `one of ${known.join(", ")}`, JSON.stringify(named), hint(named, known))
}

/** Said before the work: people times milliseconds, and bytes. */
function planText({ lists, done, msPerList, seconds, fileBytes, itemsPerList, bytesPerPage, pageBytes }: ExportPlan): string {
  const left = done === 0 ? "" : `, ${count(done)} of them done already`
  const file = fileBytes === 0 ? "" : `; file about ${bytes(fileBytes)}`
  const pages =
    pageBytes === 0 ? "" : `; pages ${count(bytesPerPage)} bytes each (${itemsPerList.toFixed(0)} items), ${bytes(pageBytes)} in all`
  return `export: ${count(lists)} lists${left}, ${msPerList.toFixed(2)} ms each: about ${seconds.toFixed(0)} s${file}${pages}`
}

function exportText(report: ExportReport): string {
  const { release, placement, lists, items, empty, degraded, resumedAt, listsPerSecond, seconds, file, format, stored } = report
  return pairs([
    ["release", release],
    ["lists", `${count(lists)} for ${placement}, ${count(items)} items`],
    ...(empty === 0 ? [] : ([["nothing to show", count(empty)]] as const)),
    ...(degraded === 0 ? [] : ([["cut short", count(degraded)]] as const)),
    ...(resumedAt === 0 ? [] : ([["went on after", count(resumedAt)]] as const)),
    ["time", `${seconds.toFixed(1)} s, ${count(listsPerSecond)} lists a second`],
    ...(file === undefined ? [] : ([["file", `${file} (${format})`]] as const)),
    ...(stored === undefined
      ? []
      : ([
          ["pages", `${count(stored.pages)} kept for ${stored.keepHours} h, ${bytes(stored.bytes)}; ${count(stored.expired)} expired`],
        ] as const)),
  ])
}
