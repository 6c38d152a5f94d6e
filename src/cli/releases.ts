import { InvalidArgument } from "../core/index.ts"
import type { ReleaseSummary } from "../definition/index.ts"
import type { Engine } from "../engine/index.ts"
import type { Command, Input } from "./command.ts"
import { hint } from "./did-you-mean.ts"
import { textFlag } from "./input.ts"
import { measure, moment, table } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

const actions = ["list", "promote", "rollback"]

/** `trommel releases [list | promote ID | rollback]`. */
export const releasesCommand: Command = {
  name: "releases",
  usage: "trommel releases [list | promote ID | rollback] [--system NAME]",
  summary: "what may be served: list, promote one, go back to the one before",
  flags: { system: { value: "NAME", text: "only this system; rollback needs it when there are several" } },
  positionals: [0, 2],
  run: (input, context) =>
    withEngine("releases", "either", input, context, async ({ engine }) => {
      const [action = "list", id] = input.positionals
      if (!actions.includes(action)) {
        throw new InvalidArgument("trommel releases", `one of ${actions.join(", ")}`, JSON.stringify(action), hint(action, actions))
      }
      if ((action === "promote") !== (id !== undefined)) {
        const came = id === undefined ? "none" : JSON.stringify(id)
        throw new InvalidArgument(
          `trommel releases ${action}`,
          action === "promote" ? "a release id" : "no further argument",
          came,
          "trommel releases lists the ids.",
        )
      }
      const changed =
        action === "promote"
          ? await engine.promote(id!)
          : action === "rollback"
            ? await engine.rollback(systemOf(input, engine))
            : undefined
      if (changed !== undefined) {
        print(changed, () => `${changed.system}: ${changed.id} is live\n`, input, context)
        return 0
      }
      const named = textFlag(input, "system")
      const systems = named === undefined ? engine.handlers.systems().map(({ name }) => name) : [named]
      const lists = await Promise.all(systems.map((name) => engine.releases(name)))
      print({ releases: lists.flat() }, () => listText(lists.flat()), input, context)
      return 0
    }),
}

function systemOf(input: Input, engine: Engine): string {
  const named = textFlag(input, "system")
  if (named !== undefined) return named
  const all = engine.handlers.systems().map(({ name }) => name)
  if (all.length === 1) return all[0]!
  throw new InvalidArgument("--system", `one of ${all.join(", ")}`, "nothing", "Say which system goes back.")
}

function listText(releases: readonly ReleaseSummary[]): string {
  if (releases.length === 0) return "no releases yet: trommel train <system> makes one\n"
  const rows = releases.map(({ id, system, createdMs, live, metrics, gates }) => [
    system,
    id,
    moment(createdMs),
    live ? "live" : gates.every(({ passed }) => passed) ? "candidate" : "refused by its gates",
    Object.entries(metrics)
      .slice(0, 2)
      .map(([name, value]) => `${name} ${measure(value)}`)
      .join(", "),
  ])
  return table(["system", "release", "made", "state", "metrics"], rows)
}
