import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"

const source = fileURLToPath(new URL("../src", import.meta.url))

/** The folders in the order the data travels: each may import only from those before it. */
const order = [
  "core",
  "problem",
  "storage",
  "data",
  "features",
  "models",
  "metrics",
  "retrieval",
  "funnel",
  "definition",
  "releases",
  "serving",
  "experiments",
  "monitoring",
  "engine",
  "systems",
  "cli",
  "studio",
]
/** Folders that import nothing but `core`, so that each works on its own. */
const alone = new Set(["models", "metrics", "retrieval"])
/** `engine` opens the built-in kinds by name, and `systems` are written against the folders above them: the one place that meets both. */
const wiring = new Set(["src/index.ts", "src/engine/kinds.ts"])

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".ts") || path.endsWith(".tsx") ? [path] : []
  })
}

interface Import {
  readonly line: number
  readonly target: string
}

function imports(path: string): Import[] {
  const found: Import[] = []
  const text = readFileSync(path, "utf8")
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
    found.push({ line: text.slice(0, match.index).split("\n").length, target: resolve(path, "..", match[1]!) })
  }
  return found
}

const folderOf = (path: string) => relative(source, path).split(sep)[0]!
const shown = (path: string) => relative(join(source, ".."), path).split(sep).join("/")

/** What breaks the import rule, one line each. */
function broken(path: string): string[] {
  const from = folderOf(path)
  if (wiring.has(shown(path))) return []
  return imports(path).flatMap(({ line, target }) => {
    const to = folderOf(target)
    if (to === from || to === "..") return []
    const at = `${shown(path)}:${line}`
    if (!order.includes(to)) return [`${at} imports ${shown(target)}, a folder that the table does not list`]
    if (order.indexOf(to) > order.indexOf(from)) return [`${at} imports ${to}, which stands below ${from}`]
    if (alone.has(from) && to !== "core") return [`${at} imports ${to}: ${from} imports core alone`]
    const isTest = path.endsWith(".test.ts")
    if (!isTest && !/[\\/]index\.ts$/.test(target)) return [`${at} imports ${shown(target)}: between folders import ${to}/index.ts`]
    return []
  })
}

describe("the import rule", () => {
  test("every file imports only from folders above its own, through their index", () => {
    expect(files(source).flatMap(broken)).toEqual([])
  })

  test("a folder that is not in the table is named", () => {
    const folders = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory())
    expect(folders.filter((name) => !order.includes(name))).toEqual([])
  })

  test("no file is over 400 lines", () => {
    const long = files(source).filter((path) => readFileSync(path, "utf8").split("\n").length > 401)
    expect(long.map(shown)).toEqual([])
  })

  test("engine and serving only wire: no file over 250 lines", () => {
    const long = files(source).filter(
      (path) =>
        ["engine", "serving"].includes(folderOf(path)) && !path.endsWith(".test.ts") && readFileSync(path, "utf8").split("\n").length > 251,
    )
    expect(long.map(shown)).toEqual([])
  })

  test("every system has the same files", () => {
    const systems = join(source, "systems")
    const expected = ["problem", "data", "features", "train", "funnel", "evaluate", "index"].map((name) => `${name}.ts`)
    for (const kind of readdirSync(systems).filter((name) => statSync(join(systems, name)).isDirectory())) {
      expect(readdirSync(join(systems, kind)), kind).toEqual(expect.arrayContaining(expected))
    }
  })
})
