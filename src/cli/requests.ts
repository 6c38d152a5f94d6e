import type { RequestSummary } from "../definition/index.ts"
import type { Command } from "./command.ts"
import { numberFlag, textFlag } from "./input.ts"
import { second, table } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

/** Items of a page that its row shows. */
const SHOWN = 5

/** `trommel requests <system>`. */
export const requestsCommand: Command = {
  name: "requests",
  usage: "trommel requests <system> [--placement NAME] [--limit N]",
  summary: "the newest requests, of one placement or all, with what was shown",
  text: "Those whose traces are kept; trommel explain shows one in full. trommel data has the clicks of each placement.",
  flags: {
    placement: { value: "NAME", text: "only lists of this place, such as home or item" },
    limit: { value: "N", text: "20" },
  },
  positionals: [1, 1],
  run: (input, context) =>
    withEngine("requests", "read", input, context, async ({ engine }) => {
      const placement = textFlag(input, "placement")
      const limit = numberFlag(input, "limit", 20, { min: 1, max: 5000, whole: true })
      const found = await engine.requests(input.positionals[0]!, { limit, ...(placement === undefined ? {} : { placement }) })
      print({ requests: found }, () => requestsText(found), input, context)
      return 0
    }),
}

function requestsText(found: readonly RequestSummary[]): string {
  if (found.length === 0) return "no requests\n"
  const rows = found.map(({ requestId, time, placement, user, session, item, shown, degraded, tookMs }) => [
    requestId,
    second(time),
    placement,
    user ?? (session === undefined ? "-" : `session ${session}`),
    item ?? "",
    tookMs.toFixed(1),
    degraded.length === 0 ? "" : "yes",
    `${shown.slice(0, SHOWN).join(" ")}${shown.length > SHOWN ? ` and ${shown.length - SHOWN} more` : ""}`,
  ])
  return table(["request", "time", "placement", "who", "item", "ms", "cut", "shown"], rows)
}
