// Builds dist: WASM kernels, then JavaScript and types from src. The previous JavaScript is removed, so that nothing stale is served.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ensureInstalled, root, run } from "./setup.js"

ensureInstalled()
rmSync(join(root, "dist", "src"), { recursive: true, force: true })
run(process.execPath, [join("scripts", "build-kernels.js")])
run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"])
mkdirSync(join(root, "dist", "src", "studio"), { recursive: true })
copyFileSync(join(root, "src", "studio", "page.html"), join(root, "dist", "src", "studio", "page.html"))
writeFileSync(join(root, "dist", ".built"), "")
