import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { transformWithEsbuild } from "vite"
import { describe, expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const isBuilt = existsSync(join(root, "dist", "src", "index.js"))

/** Strips the types of an example and runs it beside the build, where `trommel` is this package. */
async function runExample(name: string): Promise<string> {
  const { code } = await transformWithEsbuild(await readFile(join(root, "examples", `${name}.ts`), "utf8"), `${name}.ts`)
  const folder = join(root, "dist", "examples")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.js`), code)
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${name}.js`)], { timeout: 120_000 })
  return stdout
}

describe.skipIf(!isBuilt)("examples (need the build: npm run build)", () => {
  test("every example has a test", async () => {
    expect((await readdir(join(root, "examples"))).filter((name) => name.endsWith(".ts"))).toEqual(["films.ts", "products.ts"])
  })

  test("films: trains, ranks better than popularity, and hides at once", { timeout: 120_000 }, async () => {
    const stdout = await runExample("films")
    expect(stdout).toMatch(/^3060 events accepted, 0 rejected$/m)
    const [, own, popularity] = /ndcg@20 ([\d.]+), popularity alone ([\d.]+)/.exec(stdout)!
    expect(Number(own)).toBeGreaterThan(Number(popularity))
    expect(stdout).toMatch(/hidden: gone$/m)
  })

  test("products: what is sold out is gone at once, what goes with a guitar is shown beside it", { timeout: 120_000 }, async () => {
    const stdout = await runExample("products")
    expect(stdout).toMatch(/sold out: gone$/m)
    const [, own, popularity] = /ndcg@20 ([\d.]+), popularity alone ([\d.]+)/.exec(stdout)!
    expect(Number(own)).toBeGreaterThan(Number(popularity))
    expect(stdout).toMatch(/^beside guitar-\d+: .*(strings|guitar)/m)
    expect(stdout).toMatch(/under 50: true$/m)
  })
})
