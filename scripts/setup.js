// What every entry command does first: packages present and as locked, the build up to date.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a command in the project folder with inherited output and ends this process when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32", ...options })
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** Installs the locked packages when they are missing or older than the lock file. */
export function ensureInstalled() {
  const marker = join(root, "node_modules", ".package-lock.json")
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs - 1000) return
  console.error("trommel: installing packages (npm ci), about half a minute")
  run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], { stdio: ["ignore", 2, 2] })
}

/** Builds when any source is newer than the last build. */
export function ensureBuilt() {
  const stamp = join(root, "dist", ".built")
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0
  const sources = ["src", "kernels", "scripts", "package.json", "tsconfig.json", "tsconfig.build.json"].map((name) => join(root, name))
  if (Math.max(...sources.map(newest)) <= built) return
  console.error("trommel: building")
  run("node", [join("scripts", "build.js")], { stdio: ["ignore", 2, 2] })
}

function newest(path) {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}
