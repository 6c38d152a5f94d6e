import { execFile, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../", import.meta.url))

/** What a command left behind. */
export interface Done {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; a time-out counts as code 124. */
export function ran(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number },
): Promise<Done> {
  const { cwd, env = process.env, timeoutMs = 120_000 } = options
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd, env, timeout: timeoutMs, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 124
      resolve({ code, stdout, stderr })
    })
  })
}

/** A folder into which the packed package was installed as a stranger would, or why it could not be. */
export interface Installed {
  readonly folder: string
  readonly missing: string | undefined
  dispose(): Promise<void>
}

/** Packs the package and installs the tarball into an empty folder. */
export async function installTarball(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "trommel-pack-"))
  const dispose = () => rm(folder, { recursive: true, force: true })
  const missing = (reason: string): Installed => ({ folder, missing: reason, dispose })
  if (!existsSync(join(root, "dist", "src", "index.js"))) return missing("npm run build first")
  const packed = await ran("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root })
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"))
  if (packed.code !== 0 || tarball === undefined) throw new Error(`npm pack: ${packed.stderr}`)
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0", private: true, type: "module" }))
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", `./${tarball}`]
  const installed = await ran("npm", args, { cwd: folder, timeoutMs: 180_000 })
  if (installed.code === 0) return { folder, missing: undefined, dispose }
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|E5\d\d|network/i.test(installed.stderr))
    return missing("a package registry or its cache")
  throw new Error(`npm install of the tarball: ${installed.stderr}`)
}

/** A command that goes on running; `line` waits for what it prints, `stop` sends the signal and waits for its end. */
export function started(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)))
  return {
    pid: child.pid!,
    ended,
    output: () => ({ stdout, stderr }),
    async line(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
      const until = Date.now() + timeoutMs
      for (;;) {
        const found = pattern.exec(stdout) ?? pattern.exec(stderr)
        if (found !== null) return found
        if (child.exitCode !== null || Date.now() > until) throw new Error(`${pattern} never came.\n${stdout}\n${stderr}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
      child.kill(signal)
      return ended
    },
  }
}
