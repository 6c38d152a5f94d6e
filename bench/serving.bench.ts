// Recommendation over HTTP on MovieLens 1M: import, train, serve in a process of its own, open-loop load beside it, then events in batches.
// usage: npm run bench -- serving [DATA_FOLDER] [STORE]   (a STORE that is there already is used as it is)
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

const root = fileURLToPath(new URL("../..", import.meta.url))
const cli = join(root, "dist", "src", "cli", "main.js")
const folder = process.argv[2] ?? join(process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data"), "rec-ml-1m-implicit")
const work = mkdtempSync(join(tmpdir(), "trommel-serving-"))
const store = process.argv[3] ?? join(work, "store")
const PORT = 4655
const url = `http://127.0.0.1:${PORT}`

if (!existsSync(join(folder, "train.txt.gz"))) {
  console.log("serving: skipped, no folder with train.txt.gz; name one as the first argument")
  process.exit(0)
}

function trommel(...args: string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [cli, ...args, "--store", store], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  if (status !== 0) throw new Error(`trommel ${args[0]} ended with ${status}`)
  return stdout
}

async function served(work: () => void): Promise<void> {
  const server: ChildProcess = spawn(process.execPath, [cli, "serve", "--store", store, "--port", String(PORT)], { stdio: "ignore" })
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(`${url}/ready`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  try {
    work()
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve))
    server.kill("SIGINT")
    await ended
  }
}

if (!existsSync(store)) {
  trommel("import", "recommendation", folder)
  const { seconds, cpuSeconds, peakBytes } = JSON.parse(trommel("train", "recommendation", "--json")) as Record<string, number>
  console.log(`trained in ${seconds} s (${cpuSeconds} CPU s), ${Math.round(peakBytes! / 1e6)} MB at most`)
}
const users = join(work, "users.txt")
const lines = gunzipSync(readFileSync(join(folder, "train.txt.gz")))
  .toString()
  .trim()
  .split("\n")
writeFileSync(users, lines.map((line) => line.split(/\s/, 1)[0]).join("\n"))
const target = ["--url", url, "--system", "recommendation", "--users", users]
await served(() => {
  console.log(trommel("bench", "load", ...target, "--qps", "500", "--seconds", "30", "--warm-up", "10"))
  console.log(trommel("bench", "load", ...target, "--qps", "500", "--seconds", "30", "--events-per-second", "2000"))
  console.log(trommel("bench", "events", ...target, "--seconds", "15"))
})
rmSync(work, { recursive: true })
