import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { isBuilt, timelessFolder, workFolder } from "./built.ts"

const built = test.skipIf(!isBuilt)
const why = isBuilt ? "" : " (needs npm run build)"

built(
  `a folder without times: train, evaluate with a run file, import, serve, rank, explain, releases${why}`,
  async () => {
    const { home, json, start, dispose } = await workFolder()
    const data = await timelessFolder(home)
    const trained = await json("train", "recommendation", "--data", data, "--seed", "5")
    expect(trained).toMatchObject({ code: 0, line: { system: "recommendation", seed: 5, promoted: true } })
    expect(trained.line.notes.join(" ")).toContain("no time")
    const { release } = trained.line
    const evaluated = await json("evaluate", "recommendation", "--data", data, "--run", "out.run")
    expect(evaluated).toMatchObject({ code: 0, line: { release, queries: 120 } })
    expect(evaluated.line.notes.filter((note: string) => note.startsWith("Degraded"))).toEqual([])
    const ndcg = (metrics: { name: string; value: number }[]) => metrics.find(({ name }) => name === "ndcg@20")!.value
    expect(ndcg(evaluated.line.metrics)).toBeGreaterThan(ndcg(evaluated.line.beside.popular))
    const run = (await readFile(join(home, "out.run"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
    expect(new Set(run.map(([query]) => query)).size).toBe(120)
    for (let i = 1; i < run.length; i++) {
      if (run[i]![0] === run[i - 1]![0]) expect(Number(run[i]![4])).toBeLessThan(Number(run[i - 1]![4]))
    }
    expect(await json("import", "recommendation", data)).toMatchObject({ code: 0, line: { read: 1440, accepted: 1440, timeless: true } })
    expect(await json("import", "recommendation", data)).toMatchObject({ code: 0, line: { accepted: 0, duplicates: 1440 } })

    const server = start("serve", "--port", "0")
    const [address] = await server.line(/http:\/\/127\.0\.0\.1:\d+/)
    const body = JSON.stringify({ user: "10", limit: 5, explain: true })
    const answer = await fetch(`${address}/v1/recommendation/rank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    })
    const page = (await answer.json()) as { requestId: string; items: { id: string }[] }
    expect(page.items).toHaveLength(5)
    const explained = async () => (await json("explain", page.requestId)).line
    await expect.poll(explained, { timeout: 5000 }).toMatchObject({ requestId: page.requestId, release, system: "recommendation" })
    const again = await json("train", "recommendation", "--no-promote")
    expect(again).toMatchObject({ code: 0, line: { promoted: false } })
    expect(again.line.release).not.toBe(release)
    expect(await json("releases", "promote", again.line.release)).toMatchObject({ code: 0, line: { id: again.line.release, live: true } })
    const live = async () => {
      const ranked = await fetch(`${address}/v1/recommendation/rank`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      })
      return ((await ranked.json()) as { release: string }).release
    }
    await expect.poll(live, { timeout: 1000, interval: 50 }).toBe(again.line.release)
    expect(await json("releases", "rollback", "--system", "recommendation")).toMatchObject({ code: 0, line: { id: release } })
    await expect.poll(live, { timeout: 1000, interval: 50 }).toBe(release)
    expect((await json("releases")).line.releases).toHaveLength(2)
    expect(await server.stop("SIGTERM")).toBe(0)
    await dispose()
  },
  120_000,
)

built(
  `Ctrl-C in the middle of an import, and run again: nothing is lost, nothing is there twice${why}`,
  async () => {
    const { home, json, start, dispose } = await workFolder()
    const lines = Array.from({ length: 200_000 }, (_, n) => {
      const event = { user: `u${n % 3000}`, item: `i${n % 700}`, type: "watch", value: 1, timestamp: 1_760_000_000_000 + n * 1000 }
      return JSON.stringify(event)
    })
    await writeFile(join(home, "views.jsonl"), `${lines.join("\n")}\n`)
    const first = start("import", "recommendation", "views.jsonl", "--json")
    await first.line(/import views\.jsonl/)
    const code = await first.stop("SIGINT")
    expect([code, first.output().stderr]).toEqual([130, expect.stringContaining("running the same command again goes on")])
    const second = await json("import", "recommendation", "views.jsonl")
    expect(second.code).toBe(0)
    expect(second.line.resumedAt).toBeGreaterThan(1)
    expect(second.line.read).toBeLessThan(200_000)
    const third = await json("import", "recommendation", "views.jsonl")
    expect(third.line).toMatchObject({ read: 200_000, accepted: 0, duplicates: 200_000, rejectedCount: 0, resumedAt: 1 })
    await dispose()
  },
  120_000,
)

built(`a file of another folder with the same name begins at its own beginning${why}`, async () => {
  const { home, json, run, dispose } = await workFolder()
  await writeFile(join(home, "bad.csv"), "what,ever\n1,2\n")
  const refused = await json("import", "recommendation", "bad.csv")
  expect(refused).toMatchObject({ code: 2, line: { error: { code: "invalid_argument" } } })
  await writeFile(join(home, "good.csv"), "user,item,timestamp\nu1,i1,1760000000\nu2,,1760000000\nu3,i2,not a time\n")
  const good = await run("import", "recommendation", "good.csv")
  expect(good.code).toBe(0)
  expect(good.stdout).toMatch(/accepted +1\n/)
  expect(good.stdout).toMatch(/good\.csv:3: /)
  expect(good.stdout).not.toContain("went on from")
  await dispose()
})

built(
  `serve on an empty store starts and says what is missing; a killed one is taken over at once, a running one is not${why}`,
  async () => {
    const { run, start, dispose } = await workFolder()
    const server = start("serve", "--port", "0")
    const [address] = await server.line(/http:\/\/127\.0\.0\.1:\d+/)
    const ready = await fetch(`${address}/ready`)
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, missing: ["recommendation: no live release"] }])
    expect((await fetch(`${address}/health`)).status).toBe(200)
    const refused = await run("serve", "--port", "0")
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining(`process ${server.pid}`)])
    await server.stop("SIGKILL")
    const begun = performance.now()
    const next = start("serve", "--port", "0")
    await next.line(/http:\/\/127\.0\.0\.1:\d+/)
    expect(performance.now() - begun).toBeLessThan(8000)
    expect(await next.stop("SIGINT")).toBe(0)
    await dispose()
  },
  60_000,
)

built.each([
  { line: "train nothing", code: 3 },
  { line: "train recommendation", code: 2 },
  { line: "train recommendation --data missing", code: 3 },
  { line: "train recommendation --seed x", code: 2 },
  { line: "import recommendation missing.csv", code: 3 },
  { line: "evaluate recommendation", code: 3 },
  { line: "explain nobody-asked", code: 3 },
  { line: "releases promote 0123456789abcdef", code: 3 },
  { line: "releases rollback --system recommendation", code: 4 },
  { line: "serve --host 0.0.0.0", code: 7 },
  { line: "serve --port 99999", code: 2 },
  { line: "nonsense", code: 2 },
])(`exit code $code: trommel $line${why}`, async ({ line, code }) => {
  const { json, run, dispose } = await workFolder()
  const done = await run(...line.split(" "))
  expect([done.code, done.stdout], done.stderr).toEqual([code, ""])
  expect(done.stderr).not.toMatch(/unexpected fault|at .*\.js:\d/)
  const asJson = await json(...line.split(" "))
  expect(asJson.code).toBe(code)
  expect(Object.keys(asJson.line.error).sort()).toEqual(["came", "code", "expected", "remedy", "where"])
  await dispose()
})
