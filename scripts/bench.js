// Runs one benchmark by name (`npm run bench -- ease`), or all of them in turn. Each prints its own table.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt, ensureInstalled, root, run } from "./setup.js"

ensureInstalled()
ensureBuilt()
run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.bench.json"])
const known = readdirSync(join(root, "bench"))
  .filter((name) => name.endsWith(".bench.ts"))
  .map((name) => name.slice(0, -".bench.ts".length))
const [wanted, ...rest] = process.argv.slice(2)
if (wanted !== undefined && !known.includes(wanted)) {
  console.error(`bench: expected one of ${known.join(", ")}, came ${JSON.stringify(wanted)}. Name a benchmark, or none to run all.`)
  process.exit(2)
}
for (const name of wanted === undefined ? known : [wanted]) {
  const file = join("dist", "bench", `${name}.bench.js`)
  if (existsSync(join(root, file))) run(process.execPath, ["--expose-gc", file, ...rest])
}
