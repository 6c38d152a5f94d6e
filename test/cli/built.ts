import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { random } from "../../src/core/index.ts"
import { type Done, ran, root, started } from "../package/install.ts"

export const MAIN = join(root, "dist", "src", "cli", "main.js")
/** The command line is tested over the build, as people run it. */
export const isBuilt = existsSync(MAIN)

/** A folder with the command line in it: `run` waits for a command's end, `start` does not. */
export async function workFolder() {
  const home = await mkdtemp(join(tmpdir(), "trommel-cli-"))
  const env = { ...process.env, TROMMEL_STORE: join(home, "store") }
  const run = (...args: string[]): Promise<Done> => ran(process.execPath, [MAIN, ...args], { cwd: home, env })
  return {
    home,
    run,
    start: (...args: string[]) => started(process.execPath, [MAIN, ...args], home, env),
    /** Runs with `--json` and gives the one line, parsed. */
    async json(...args: string[]) {
      const done = await run(...args, "--json")
      const lines = done.stdout.trim().split("\n")
      if (lines.length !== 1) throw new Error(`${args.join(" ")}: ${lines.length} lines. ${done.stdout} ${done.stderr}`)
      return { ...done, line: JSON.parse(lines[0]!) }
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  }
}

/** A data set in the layout without times: 120 people with a taste each, 80 films, ids with gaps; `test.txt` holds two items a person. */
export async function timelessFolder(home: string): Promise<string> {
  const folder = join(home, "data")
  await mkdir(folder, { recursive: true })
  const chance = random(3)
  const [train, test]: [string[], string[]] = [[], []]
  for (let person = 0; person < 120; person++) {
    const liked = new Set<number>()
    while (liked.size < 14) {
      const film = chance.next() < 0.85 ? (person % 4) + 4 * Math.floor(chance.next() ** 1.5 * 20) : chance.integer(80)
      liked.add(film)
    }
    const ids = [...liked].map((film) => String(1000 + film * 7))
    train.push([String(10 + person * 3), ...ids.slice(2)].join(" "))
    test.push([String(10 + person * 3), ...ids.slice(0, 2)].join(" "))
  }
  await writeFile(join(folder, "train.txt"), `${train.join("\n")}\n`)
  await writeFile(join(folder, "test.txt"), `${test.join("\n")}\n`)
  return folder
}
