import { expect, test } from "vitest"
import { ran } from "../../test/fakes/cli-context.ts"
import { Cancelled, Conflict, Corrupt, NotFound, Overloaded, TooLarge, Unauthorized, Unavailable } from "../core/index.ts"
import type { OpenOptions } from "./command.ts"
import { commands } from "./commands.ts"

const names = commands().map(({ name }) => name)

test("help texts", async () => {
  const pages = [(await ran(["--help"])).stdout]
  for (const name of names) {
    const page = await ran([name, "--help"])
    expect([page.code, page.stderr]).toEqual([0, ""])
    expect((await ran(["help", name])).stdout).toBe(page.stdout)
    pages.push(page.stdout)
  }
  await expect(pages.join("\n---------- \n\n").replaceAll(" \n", "\n")).toMatchFileSnapshot("help.golden.txt")
})

test("help opens nothing and its lines fit a page", async () => {
  const open = () => Promise.reject(new Error("opened"))
  for (const name of names) {
    const { stdout } = await ran([name, "--help"], { open })
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(130)
  }
})

test("tables people read", async () => {
  const told: string[] = []
  for (const line of [
    "import films films.csv views.jsonl",
    "data films",
    "data films --freeze",
    "train films --seed 7",
    "evaluate films --run out.run",
    "export films --out lists.tsv --placement item",
    "export films --store-pages --keep 36h",
    "requests films --placement item",
    "explain q1",
    "releases",
    "releases promote r1",
    "releases rollback",
  ]) {
    const { code, stdout, stderr, closed } = await ran(line.split(" "))
    expect([code, closed], line).toEqual([0, 1])
    told.push(`$ trommel ${line}\n${stderr.replace(/^/gm, "! ").replace(/! $/, "")}${stdout}`)
  }
  await expect(told.join("\n")).toMatchFileSnapshot("tables.golden.txt")
})

test("what goes wrong, with its exit code", async () => {
  const told: string[] = []
  for (const line of [
    "",
    "trian films",
    "train",
    "train films more",
    "train films --sed 3",
    "train films --seed",
    "train films --seed --tenant",
    "train films --seed -1",
    "train films --seed 1.5",
    "train films --no-promote=yes",
    "train films --config missing.js",
    "import films",
    "data films --before 2026-01-01",
    "data films --before 2026-01-01..2026-02-01",
    "export films",
    "export films --out a.csv --format csv",
    "export films --store-pages --keep 2",
    "export films --store-pages --limit 0",
    "releases demote",
    "releases promote",
    "releases list r1",
    "explain q7",
    "serve --port 70000",
    "serve --host 0.0.0.0",
    "bench lod",
    "bench load --url ftp://x",
    "bench load --arrivals often",
    "help trian",
  ]) {
    const { code, stdout, stderr } = await ran(line.split(" ").filter((word) => word !== ""))
    if (line !== "") expect(stdout, line).toBe("")
    expect(code, line).toBeGreaterThan(0)
    told.push(`$ trommel ${line}\n${stderr || "(help on standard output)\n"}exit ${code}`)
  }
  await expect(`${told.join("\n\n")}\n`).toMatchFileSnapshot("errors.golden.txt")
})

test.each([
  [new NotFound("a", "b", "c", "D."), 3],
  [new Conflict("a", "b", "c", "D."), 4],
  [new Unavailable("a", "b", "c", "D."), 5],
  [new Corrupt("a", "b", "c", "D."), 5],
  [new Overloaded("a", "b", "c", "D."), 6],
  [new Unauthorized("a", "b", "c", "D."), 7],
  [new TooLarge("a", "b", "c", "D."), 8],
  [new Cancelled("a", "b", "c", "D."), 130],
  [new TypeError("x is not a function"), 1],
])("%s exits with %i and closes the store", async (error, code) => {
  const found = await ran(["explain", "q1", "--json"], { engine: { explain: () => Promise.reject(error) } })
  expect([found.code, found.closed]).toEqual([code, 1])
  expect(found.stdout.match(/\n/g)).toHaveLength(1)
  expect(JSON.parse(found.stdout)).toHaveProperty("error")
})

test("--json is exactly one line, and the report itself", async () => {
  for (const line of [
    "import films a.csv",
    "train films",
    "evaluate films",
    "export films --store-pages",
    "requests films",
    "explain q1",
    "releases",
    "releases promote r1",
    "releases rollback",
  ]) {
    const { stdout, code } = await ran([...line.split(" "), "--json"])
    expect([code, stdout.split("\n").length], line).toEqual([0, 2])
    expect(JSON.parse(stdout), line).toBeTypeOf("object")
  }
})

test("a stop says that running again goes on", async () => {
  const stop = new AbortController()
  const train = async () => {
    stop.abort()
    throw new Error("child process ended by SIGINT")
  }
  const { code, stderr } = await ran(["train", "films"], { signal: stop.signal, engine: { train } })
  expect(code).toBe(130)
  expect(stderr).toContain("running the same command again goes on")
})

test("store, tenant and config reach open: flag before environment before default", async () => {
  const opened: unknown[] = []
  const open = async ({ mode, onWarning, ...options }: OpenOptions) => {
    expect([mode, typeof onWarning]).toEqual(["either", "function"])
    opened.push(options)
    throw new NotFound("store", "a store", "none", "Import first.")
  }
  await ran(["releases"], { open })
  await ran(["releases"], { open, env: { TROMMEL_STORE: "from-env" } })
  await ran(["releases", "--store", "/x", "--tenant", "b"], { open, env: { TROMMEL_STORE: "from-env" } })
  await ran(["releases", "--config", "package.json"], { open, cwd: process.cwd() })
  expect(opened).toEqual([
    { store: "/nowhere/store", tenant: "default" },
    { store: "/nowhere/from-env", tenant: "default" },
    { store: "/x", tenant: "b" },
    { store: `${process.cwd()}/store`, tenant: "default", config: `${process.cwd()}/package.json` },
  ])
})
