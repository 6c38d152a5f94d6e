import { InvalidArgument } from "../core/index.ts"
import type { Command, Flag } from "./command.ts"
import { commands } from "./commands.ts"
import { hint } from "./did-you-mean.ts"
import { exitCodesText } from "./exit-codes.ts"
import { commonFlags } from "./input.ts"

/** `trommel help [command]`. */
export const helpCommand: Command = {
  name: "help",
  usage: "trommel help [command]",
  summary: "what can be typed",
  positionals: [0, 1],
  async run({ positionals }, { stdout }) {
    const [name] = positionals
    stdout.write(name === undefined ? overview() : commandHelp(findCommand(name)))
    return 0
  },
}

/** The command of that name. @throws InvalidArgument that lists the known ones */
export function findCommand(name: string): Command {
  const found = commands().find((command) => command.name === name)
  if (found !== undefined) return found
  const known = commands().map((command) => command.name)
  throw new InvalidArgument("trommel", `a command among ${known.join(", ")}`, JSON.stringify(name), hint(name, known))
}

/** All commands on one screen. */
export function overview(): string {
  const all = commands()
  const width = Math.max(...all.map(({ name }) => name.length))
  return `trommel builds, runs and improves ranking systems.

${all.map(({ name, summary }) => `  trommel ${name.padEnd(width)}  ${summary}`).join("\n")}

trommel <command> --help shows its flags. Everywhere:
${flagLines(commonFlags)}
Results go to standard output, progress and warnings to standard error.
${exitCodesText}
`
}

/** One command's own page. */
export function commandHelp({ usage, summary, text, flags = {} }: Command): string {
  return `${usage}

${wrapped(`${summary[0]!.toUpperCase()}${summary.slice(1)}.${text === undefined ? "" : ` ${text}`}`)}

${flagLines({ ...flags, ...commonFlags })}
${exitCodesText}
`
}

function flagLines(flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries(flags).map(([name, { value, text }]) => [`--${name}${value === undefined ? "" : ` ${value}`}`, text] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("")
}

/** Words in lines of at most 110 characters. */
function wrapped(text: string): string {
  const lines = [""]
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)!
    if (last !== "" && last.length + 1 + word.length > 110) lines.push(word)
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`
  }
  return lines.join("\n")
}
