import { existsSync, readFileSync } from "node:fs"
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { filmsCsv, viewsJsonl } from "./film-files.ts"
import { installTarball, ran, root, started } from "./install.ts"

const { folder, missing, dispose } = await installTarball()
afterAll(dispose)
const packed = test.skipIf(missing !== undefined)
const why = missing === undefined ? "" : ` (needs ${missing})`
const trommel = join(folder, "node_modules", ".bin", "trommel")
const node = (code: string) => ran(process.execPath, ["--input-type=module", "-e", code], { cwd: folder })

/** The code people copy first: the first block of the README. */
function codePage(): string {
  return /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!
}

/** The same on files of one's own. */
const OWN_FILES = `import { field, open, recommendation } from "trommel"
const schema = { item: { title: field.text({ required: true }), genres: field.categories(), year: field.number() } }
const engine = await open({ store: "./store", systems: [recommendation({ name: "films", collection: "films", schema })] })
await engine.import("films", ["films.csv", "views.jsonl"])
const { release } = await engine.train("films")
await engine.promote(release)
const page = await engine.rank("films", { user: "u1", limit: 20 })
console.log(page.items.map(({ id, score }) => \`\${id} \${score.toFixed(3)}\`).join("\\n"))
await engine.close()
`

packed(`the tarball holds what runs and nothing else${why}`, async () => {
  const names = await readdir(join(folder, "node_modules", "trommel"), { recursive: true })
  expect(names).toContain(join("dist", "src", "studio", "page.html"))
  expect(names.filter((name) => name.endsWith(".wasm")).length).toBeGreaterThan(0)
  expect(names.filter((name) => /\.test\.|(^|\/)test(\/|$)|\.ts$/.test(name) && !name.endsWith(".d.ts"))).toEqual([])
  const { dependencies = {}, peerDependencies } = JSON.parse(await readFile(join(folder, "node_modules/trommel/package.json"), "utf8"))
  expect(peerDependencies).toBeUndefined()
  expect(Object.values(dependencies as Record<string, string>).every((version) => /^\d/.test(version))).toBe(true)
})

packed(`every export of the package can be imported, and its types are found${why}`, async () => {
  const { exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { exports: Record<string, unknown> }
  const paths = Object.keys(exports).filter((path) => path !== "./package.json")
  const wanted = ["core", "metrics", "models", "retrieval", "funnel", "features", "data", "storage", "serving"]
  expect(paths).toEqual(expect.arrayContaining([".", ...wanted.map((name) => `./${name}`)]))
  const specifiers = paths.map((path) => path.replace(/^\./, "trommel"))
  const code = specifiers.map((name) => `if (Object.keys(await import("${name}")).length === 0) throw new Error("${name}")`).join("\n")
  expect(await node(code)).toMatchObject({ code: 0, stderr: "" })
  const consumer = `${specifiers.map((name, n) => `import * as part${n} from "${name}"`).join("\n")}
import { open, recommendation, field, type RankAnswer } from "trommel"
import { ndcg } from "trommel/metrics"
export const parts = [${specifiers.map((_, n) => `part${n}`).join(", ")}]
const films = recommendation({ name: "films", schema: { item: { title: field.text() } } })
export async function page(): Promise<RankAnswer["items"]> {
  const engine = await open({ systems: [films] })
  return (await engine.rank("films", { user: "u1", limit: 3 })).items
}
export const quality: number = ndcg([3, 2], [2, 3], 10)
// @ts-expect-error: a limit is a number
export const wrong = (await open({ systems: [films] })).rank("films", { limit: "ten" })
`
  expect(await compiled("consumer", consumer)).toEqual([])
})

packed(`importing the package loads neither the web framework nor a native library, and metrics nothing of Node${why}`, async () => {
  const loader = `
    export async function resolve(name, context, next) {
      const found = await next(name, context)
      process._rawDebug("loaded " + found.url)
      return found
    }`
  await writeFile(join(folder, "trace.mjs"), loader)
  const register = `import { register } from "node:module"; register("./trace.mjs", "file://${folder}/"); await import(process.argv[1])`
  const loaded = async (name: string) => {
    const { code, stderr } = await ran(process.execPath, ["--input-type=module", "-e", register, name], { cwd: folder })
    expect(code, stderr).toBe(0)
    return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url!)
  }
  const whole = await loaded("trommel")
  expect(whole.length).toBeGreaterThan(10)
  expect(whole.filter((url) => /node_modules\/(?!trommel\/)/.test(url))).toEqual([])
  const metrics = await loaded("trommel/metrics")
  expect(metrics.length).toBeGreaterThan(5)
  expect(metrics.filter((url) => url.startsWith("node:") || /node_modules\/(?!trommel\/)/.test(url))).toEqual([])
})

packed.each([
  { name: "the README's code page", code: codePage() },
  { name: "the same on files of one's own", code: OWN_FILES },
])(
  `$name runs as it stands, type-checked${why}`,
  async ({ code }) => {
    const home = join(folder, `page-${code.length}`)
    await mkdir(home)
    await writeFile(join(home, "films.csv"), filmsCsv())
    await writeFile(join(home, "views.jsonl"), viewsJsonl())
    expect(await compiled("page", code)).toEqual([])
    const done = await ran(process.execPath, [join("..", "out", "page.js")], { cwd: home })
    expect([done.code, done.stderr]).toEqual([0, ""])
    expect(done.stdout.trim().split("\n").length).toBeGreaterThanOrEqual(5)
  },
  120_000,
)

packed(
  `the command line on a definition of one's own: import, train, evaluate, serve, rank${why}`,
  async () => {
    const home = join(folder, "own")
    await mkdir(home)
    await writeFile(join(home, "films.csv"), filmsCsv())
    await writeFile(join(home, "views.jsonl"), viewsJsonl())
    await writeFile(
      join(home, "trommel.config.js"),
      `import { field, recommendation } from "trommel"
const schema = { item: { title: field.text({ required: true }), genres: field.categories(), year: field.number() } }
export default [recommendation({ name: "cinema", collection: "films", schema, limit: 7 })]
`,
    )
    const cli = async (...args: string[]) => {
      const done = await ran(trommel, [...args, "--json"], { cwd: home })
      expect(done.code, `${args.join(" ")}: ${done.stderr}`).toBe(0)
      expect(done.stdout.trim().split("\n")).toHaveLength(1)
      return JSON.parse(done.stdout)
    }
    expect(await cli("import", "cinema", "films.csv", "views.jsonl")).toMatchObject({ files: 2, rejectedCount: 0, timeless: false })
    const { release, promoted } = await cli("train", "cinema")
    expect(promoted).toBe(true)
    expect((await cli("releases")).releases).toMatchObject([{ id: release, system: "cinema", live: true }])
    const server = started(trommel, ["serve", "--port", "0"], home)
    const [address] = await server.line(/http:\/\/127\.0\.0\.1:\d+/)
    const call = async (path: string, body: object) => {
      const answer = await fetch(address + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
      return (await answer.json()) as { items: { id: string; fields: { title: string } }[]; position: string }
    }
    const page = await call("/v1/cinema/rank", { user: "u1" })
    expect(page.items).toHaveLength(7)
    expect(page.items[0]!.fields.title).toMatch(/^Film/)
    expect((await fetch(`${address}/`)).status).toBe(200)
    const like = { timestamp: Date.now(), event: "interaction", collection: "films", type: "like" }
    const later = Array.from({ length: 30 }, (_, i) => ({ ...like, id: `later-${i}`, user: `u${i}`, item: `f${(i * 7 + 4) % 60}` }))
    await call("/v1/events", later)
    const evaluated = await cli("evaluate", "cinema", "--run", "cinema.run")
    expect(evaluated).toMatchObject({ system: "cinema", release })
    expect(evaluated.queries).toBeGreaterThan(5)
    expect(await readFile(join(home, "cinema.run"), "utf8")).toMatch(/^u\d+ Q0 f\d+ 1 /)
    expect(await server.stop("SIGINT")).toBe(0)
  },
  120_000,
)

packed(
  `the demo without the real films: invented ones, trained, served, the page at /${why}`,
  async () => {
    expect(existsSync(join(folder, "node_modules", "vega-datasets"))).toBe(false)
    const demo = started(trommel, ["demo", "--port", "0", "--store", "demo-store"], folder)
    const [address] = await demo.line(/http:\/\/127\.0\.0\.1:\d+/, 90_000)
    expect(await (await fetch(`${address}/ready`)).json()).toEqual({ ready: true, missing: [] })
    expect(await (await fetch(`${address}/`)).text()).toContain("<title>trommel</title>")
    const { simulated, users } = (await (await fetch(`${address}/v1/admin/users?system=recommendation`)).json()) as {
      simulated: boolean
      users: { id: string }[]
    }
    expect([simulated, users.length > 10]).toEqual([true, true])
    expect(await demo.stop("SIGINT")).toBe(0)
  },
  120_000,
)

packed.each([
  { name: "lmdb", code: `import { open } from "trommel"; await open({ store: "./none", systems: [] })` },
  { name: "fastify", code: `import { createServer } from "trommel"; await createServer({ handlers: {}, version: "1", port: 0 }).listen()` },
])(`without $name the package loads, and the first use says what to install${why}`, async ({ name, code }) => {
  const place = join(folder, "node_modules", name)
  await rename(place, `${place}.away`)
  try {
    expect(await node(`import "trommel"`)).toMatchObject({ code: 0, stderr: "" })
    const { stderr } = await node(`try { ${code.replace(/^import (.*) from ("trommel");/, "const $1 = await import($2);")} } catch (error) {
      console.error(error.name, error.code, error.message)
    }`)
    expect(stderr).toMatch(/^Unavailable unavailable .*npm install/)
  } finally {
    await rename(`${place}.away`, place)
  }
})

/** Compiles a module of the consumer strictly into `out/`; the messages of the compiler, none when all is well. */
async function compiled(name: string, code: string): Promise<string[]> {
  await writeFile(join(folder, `${name}.ts`), code)
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc")
  const flags = ["--module", "nodenext", "--target", "es2022", "--strict", "--outDir", "out", "--types", "node"]
  const where = ["--typeRoots", join(root, "node_modules", "@types")]
  const { stdout } = await ran(process.execPath, [tsc, ...flags, ...where, `${name}.ts`], { cwd: folder })
  return stdout.split("\n").filter((line) => line !== "")
}
