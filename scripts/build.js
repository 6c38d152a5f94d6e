// Builds dist: WASM kernels, then JavaScript and types from src. The previous JavaScript is removed, so that nothing stale is served.
import { existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ensureInstalled, root, run } from "./setup.js"

ensureInstalled()
rmSync(join(root, "dist", "src"), { recursive: true, force: true })
if (existsSync(join(root, "scripts", "build-kernels.js"))) run("node", [join("scripts", "build-kernels.js")])
run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"])
writeFileSync(join(root, "dist", ".built"), "")
