import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

/** Modules that loading `file` loads at once, and outside names among them; `import()` at first use does not count. */
function reach(file: URL, seen: Map<string, string[]>): Map<string, string[]> {
  if (seen.has(file.href)) return seen
  const names = [
    ...readFileSync(fileURLToPath(file), "utf8").matchAll(
      /^\s*(?:(?:import|export)\s(?!type\b)[^"';]*?from\s+|import\s+|\}\s+from\s+)"([^"]+)"/gm,
    ),
  ].map((match) => match[1]!)
  seen.set(
    file.href,
    names.filter((name) => !name.startsWith(".")),
  )
  for (const name of names) if (name.startsWith(".")) reach(new URL(name, file), seen)
  return seen
}

test("loading the metrics loads nothing of Node and no package, so that they work in a browser", () => {
  const modules = reach(new URL("./index.ts", import.meta.url), new Map())
  expect(modules.size).toBeGreaterThan(20)
  const outside = [...modules]
    .filter(([, names]) => names.length > 0)
    .map(([file, names]) => `${file.split("/src/")[1]}: ${names.join(", ")}`)
  expect(outside).toEqual([])
})
