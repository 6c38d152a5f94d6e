import { existsSync } from "node:fs"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Conflict } from "../../core/index.ts"
import type { Blueprint } from "./blueprint.ts"
import { definitionFile } from "./definition-file.ts"
import { sampleData } from "./sample-data.ts"

/** Writes a new folder with everything a first run needs. @returns the files, relative to the folder. @throws {@link Conflict} when one is there already */
export async function writeScaffold(folder: string, blueprint: Blueprint, nowMs: number): Promise<readonly string[]> {
  const { name, items } = blueprint
  const sample = items === undefined ? undefined : sampleData(items, nowMs)
  const files: Readonly<Record<string, string>> = {
    "trommel.config.js": definitionFile(blueprint),
    "package.json": `${JSON.stringify({ name, private: true, type: "module" }, null, 2)}\n`,
    "README.md": readme(blueprint),
    ...(sample === undefined
      ? {}
      : { "data/items.csv": sample.items, "data/history.jsonl": sample.history, "data/later.jsonl": sample.later }),
  }
  const there = Object.keys(files).find((file) => existsSync(join(folder, file)))
  if (there !== undefined) throw new Conflict("trommel new", "a folder without these files", there, "Name another folder.")
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return Object.keys(files)
}

/** Writes the definition alone. `.mjs` where plain `.js` would not be read as a module. @returns the name it got */
export async function writeDefinition(folder: string, blueprint: Blueprint, named: string | undefined): Promise<string> {
  const file = named ?? ((await isModuleFolder(folder)) ? "trommel.config.js" : "trommel.config.mjs")
  if (existsSync(join(folder, file))) {
    throw new Conflict("trommel plan --ask", "no definition file yet", file, "Write another one with --out FILE.")
  }
  await writeFile(join(folder, file), definitionFile(blueprint))
  return file
}

async function isModuleFolder(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { type } = JSON.parse(await readFile(join(at, "package.json"), "utf8")) as { type?: string }
      return type === "module"
    } catch {
      if (dirname(at) === at) return false
    }
  }
}

function readme({ kind, name, items }: Blueprint): string {
  const plan = `# ${name}

\`trommel.config.js\` holds its definition: a ${kind} system. \`trommel plan ${name}\` writes the design document from it.
`
  if (items === undefined) {
    return `${plan}
This version of trommel plans ${kind}; it cannot train or serve it yet.
`
  }
  return `${plan}
\`data/\` holds invented items and people, to try it with before your own files:

\`\`\`sh
trommel import ${name} data/items.csv data/history.jsonl
trommel train ${name}
trommel import ${name} data/later.jsonl     # what happened after the training
trommel evaluate ${name}                    # ... is what it is judged on
trommel serve
\`\`\`
`
}
