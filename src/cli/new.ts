import { relative, resolve } from "node:path"
import { unknownName } from "../core/index.ts"
import { type StatementKind, statements } from "../problem/index.ts"
import type { Command } from "./command.ts"
import { type Blueprint, usualItems } from "./scaffold/blueprint.ts"
import { interview } from "./scaffold/interview.ts"
import { writeScaffold } from "./scaffold/write.ts"
import { pairs } from "./table.ts"
import { print } from "./with-engine.ts"

/** `trommel new <kind>`. */
export const newCommand: Command = {
  name: "new",
  usage: "trommel new <kind> [DIR] [--ask]",
  summary: "scaffold a definition: a folder with a definition file, sample data and the commands to try",
  text: "Kinds that this version only plans get a definition that can be planned.",
  flags: { ask: { text: "walk through the clarifying questions of the kind first; otherwise its usual answers" } },
  positionals: [1, 2],
  async run(input, context) {
    const [kind, dir] = input.positionals as [string, string | undefined]
    const known = checkKind("trommel new", kind)
    const runs = await isRunnable(known)
    const usual: Blueprint = { kind: known, name: known, answers: {}, ...(runs ? { items: usualItems } : {}) }
    const blueprint = input.flags.ask === true ? await interview(known, runs, context) : named(usual, dir)
    const folder = resolve(context.cwd, dir ?? blueprint.name)
    const files = await writeScaffold(folder, blueprint, Date.now())
    const shown = relative(context.cwd, folder) || "."
    print({ kind, system: blueprint.name, dir: shown, runs, files }, () => newText(blueprint.name, shown, runs, files), input, context)
    return 0
  },
}

/** A folder's own name is the system's, where it can be one. */
function named(blueprint: Blueprint, dir: string | undefined): Blueprint {
  const last = dir?.split(/[\\/]/).findLast((part) => part !== "" && part !== ".")
  return last !== undefined && /^[a-z][a-z0-9-]{0,63}$/.test(last) ? { ...blueprint, name: last } : blueprint
}

/** The kind of that name. @throws {@link NotFound} listing the known ones */
export function checkKind(where: string, kind: string): StatementKind {
  if (!Object.hasOwn(statements, kind)) throw unknownName(where, "kind", kind, Object.keys(statements))
  return kind as StatementKind
}

/** Whether this version trains and serves the kind, or plans it only. */
export async function isRunnable(kind: StatementKind): Promise<boolean> {
  const { kinds } = await import("../systems/index.ts")
  return Object.hasOwn(kinds, kind)
}

function newText(name: string, dir: string, runs: boolean, files: readonly string[]): string {
  const next = runs
    ? `trommel plan ${name}, then the commands of README.md`
    : `trommel plan ${name}: this version plans the kind and does not run it yet`
  return pairs([["system", name], ["folder", dir], ...files.map((file) => ["wrote", file] as const), ["next", `cd ${dir}, ${next}`]])
}
