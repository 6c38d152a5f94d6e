import { spawnSync } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { ran, started } from "../package/install.ts"
import { isBuilt, MAIN, workFolder } from "./built.ts"

const built = test.skipIf(!isBuilt)
const why = isBuilt ? "" : " (needs npm run build)"

built(
  `a scaffold runs as its README says: plan, import, train, evaluate, serve, rank${why}`,
  async () => {
    const { home, run, dispose } = await workFolder()
    expect(await run("new", "recommendation", "shop")).toMatchObject({ code: 0, stderr: "" })
    const folder = join(home, "shop")
    const inside = async (...args: string[]) => {
      const done = await ran(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: { ...process.env, TROMMEL_STORE: join(folder, "store") },
      })
      expect(done.code, `${args.join(" ")}: ${done.stderr}`).toBe(0)
      return done.stdout
    }
    expect(await inside("plan", "shop")).toContain("# Recommendation: design")
    // Every command of the README, in order, but the last, which serves until it is stopped.
    const readme = await readFile(join(folder, "README.md"), "utf8")
    const commands = [...readme.matchAll(/^trommel ([^#\n]+)/gm)].map(([, line]) => line!.trim().split(/\s+/))
    expect(commands.map(([name]) => name)).toEqual(["import", "train", "import", "evaluate", "serve"])
    const outputs: string[] = []
    for (const args of commands.slice(0, -1)) outputs.push(await inside(...args))
    expect(outputs[1]).toContain("(live)")
    expect(outputs[3]).toMatch(/the whole funnel +0\.\d+ \[0\.\d+, 0\.\d+\]/)
    const measured = await inside("plan", "shop", "--measure")
    for (const heading of [
      "The running funnel",
      "Prediction against the load test",
      "Quality against cost",
      "Growth of time, measured here",
    ]) {
      expect(measured, heading).toContain(`### ${heading}`)
    }
    expect(measured).toContain("### Advice: is machine learning needed")
    const server = started(process.execPath, [MAIN, "serve", "--port", "0"], folder, {
      ...process.env,
      TROMMEL_STORE: join(folder, "store"),
    })
    const [address] = await server.line(/http:\/\/127\.0\.0\.1:\d+/)
    const answer = await fetch(`${address}/v1/shop/rank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "person-3", limit: 5 }),
    })
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(5)
    const graph = (await (await fetch(`${address}/v1/admin/systems/shop/graph`)).json()) as { nodes: { name: string }[] }
    expect(graph.nodes.map(({ name }) => name)).toContain("merge")
    expect(await server.stop("SIGINT")).toBe(0)
    await dispose()
  },
  180_000,
)

built(`a scaffold of a planned kind plans${why}`, async () => {
  const { home, run, dispose } = await workFolder()
  expect(await run("new", "search", "find")).toMatchObject({ code: 0, stderr: "" })
  const done = await ran(process.execPath, [MAIN, "plan", "find"], { cwd: join(home, "find") })
  expect([done.code, done.stderr]).toEqual([0, ""])
  expect(done.stdout).toContain("# Search ranking: design")
  await dispose()
})

built(`an interview over a pipe ends in a definition that plans${why}`, async () => {
  const { home, dispose } = await workFolder()
  const asked = spawnSync(process.execPath, [MAIN, "plan", "recommendation", "--ask"], {
    cwd: home,
    input: "films\n\n\n",
    encoding: "utf8",
  })
  expect(asked.status, asked.stderr).toBe(0)
  expect(asked.stderr).toContain("wrote trommel.config.mjs; trommel plan films plans it again")
  const again = await ran(process.execPath, [MAIN, "plan", "films"], { cwd: home })
  expect(again.stdout).toBe(asked.stdout)
  await dispose()
})
