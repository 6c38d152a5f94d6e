// Fresh clone to a served, personalised page: packages, build, the embedded world, a trained release, the server.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { ensureBuilt, ensureInstalled, root } from "./setup.js"

ensureInstalled()
ensureBuilt()
const demo = spawn(process.execPath, [join(root, "dist", "src", "cli", "main.js"), "demo", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
})
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => demo.kill(signal))
demo.on("exit", (code, signal) => process.exit(signal === "SIGINT" || signal === "SIGTERM" ? 0 : (code ?? 1)))
