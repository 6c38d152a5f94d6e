import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { ran } from "../../test/fakes/cli-context.ts"
import { statements } from "../problem/index.ts"
import { fieldsText, parseFields } from "./scaffold/blueprint.ts"
import { sampleData } from "./scaffold/sample-data.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-new-"))
afterAll(() => rmSync(home, { recursive: true }))

/** Somebody who answers in turn, and what they were asked. */
function person(...lines: string[]) {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return lines.shift()
  }
  return { ask, asked }
}

test.each(Object.keys(statements))("new %s: a folder with a definition, and what comes next", async (kind) => {
  const { code, stdout } = await ran(["new", kind, `some-${kind}`, "--json"], { cwd: home })
  const { system, runs, files } = JSON.parse(stdout)
  expect([code, system, runs]).toEqual([0, `some-${kind}`, kind === "recommendation"])
  expect(files.slice(0, 3)).toEqual(["trommel.config.js", "package.json", "README.md"])
  expect(files).toHaveLength(runs ? 6 : 3)
  const definition = readFileSync(join(home, `some-${kind}`, "trommel.config.js"), "utf8")
  expect(definition).toContain(`answeredStatement("${kind}", {})`)
})

test("a folder that has a definition is left alone", async () => {
  await ran(["new", "fraud", "twice"], { cwd: home })
  const { code, stderr } = await ran(["new", "fraud", "twice"], { cwd: home })
  expect(code).toBe(4)
  expect(stderr).toContain("trommel new: expected a folder without these files, came trommel.config.js. Name another folder.")
})

test("an unknown kind lists the known ones", async () => {
  const { code, stderr } = await ran(["new", "maps"], { cwd: home })
  expect(code).not.toBe(0)
  expect(stderr).toContain("ads, entity-linking, feed, fraud, recommendation, search, segmentation, visual-search")
})

describe("the interview", () => {
  test("answers end in the definition and in the document; what is left out stays as the kind takes it", async () => {
    const { ask, asked } = person(
      "films",
      "films",
      "title:text, genres:categories",
      "home only",
      "",
      "20k",
      "1.5 million",
      "50 ms",
      "",
      "",
      "none",
    )
    const { code, stdout, stderr } = await ran(["plan", "recommendation", "--ask", "--out", "films.config.js"], { cwd: home, ask })
    expect(code, stderr).toBe(0)
    expect(stdout).toContain("| service level at p99 | 50 ms | stated | answered in the interview |")
    expect(stdout).toContain(
      "| Where do the recommendations appear? | a home page starts from the person, an item page from the item | home only |",
    )
    expect(stderr).toContain("wrote films.config.js; trommel plan films plans it again")
    expect(asked[0]).toBe(
      "\n1/14  What is the system called?\n      why: it is a path of the API and a word of every command\n      [recommendation] > ",
    )
    expect(readFileSync(join(home, "films.config.js"), "utf8")).toMatchInlineSnapshot(`
      "// films: what it decides, for whom and at what scale. \`trommel plan films\` writes its design document from these answers.
      import { answeredStatement, field, recommendation } from "trommel"

      const problem = answeredStatement("recommendation", {
        said: {
          "Where do the recommendations appear?": "home only",
        },
        items: 20000,
        users: 1500000,
        p99Ms: 50,
      })

      export default [
        recommendation({
          name: "films",
          // Where its items live: \`trommel import films FILES\` fills it.
          collection: "films",
          schema: {
            item: { title: field.text(), genres: field.categories() },
          },
          problem,
        }),
      ]
      "
    `)
  })

  test("what is no answer, or contradicts one, is asked for again with what is expected", async () => {
    const { ask, asked } = person("Films!", "films", "", "title:picture", "title:text")
    await ran(["plan", "recommendation", "--ask", "--out", "again.config.js"], { cwd: home, ask })
    expect(asked[1]).toContain(
      'expected lower-case letters, digits and dashes, came "Films!". Try again, or press Enter for [recommendation] > ',
    )
    expect(asked[4]).toContain("expected names with types, such as title:text")
    const segmentation = person("", "", "", "", "", "", "", "", "per-decision", "none")
    await ran(["plan", "segmentation", "--ask", "--out", "seg.config.js"], { cwd: home, ask: segmentation.ask })
    expect(segmentation.asked.some((text) => text.includes("a last stage that explains a decision"))).toBe(true)
  })

  test("nobody there: everything stays as the kind takes it", async () => {
    const { code, stdout } = await ran(["plan", "fraud", "--ask", "--out", "fraud.config.js", "--json"], { cwd: home })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ system: "fraud", scale: { items: { value: 50e6 } } })
  })
})

test.each([
  ["title:text, genres:categories", { title: "text", genres: "categories" }],
  ["year:number", { year: "number" }],
  ["title", undefined],
  ["title:text, title:text", undefined],
  ["Title:text", undefined],
  ["", undefined],
])("fields %j", (text, fields) => {
  expect(parseFields(text)).toEqual(fields)
  if (fields !== undefined) expect(fieldsText(parseFields(text)!)).toBe(text)
})

test("sample data is the same at every time, and nothing that happened later stands in the history", () => {
  const items = { collection: "items", fields: { title: "text", kind: "category", added: "time" } } as const
  const data = sampleData(items, 1_700_000_000_000)
  expect(sampleData(items, 1_700_000_000_000)).toEqual(data)
  expect(data.items.split("\n")[0]).toBe("item,title,kind,added")
  const times = (lines: string) =>
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).timestamp as number)
  expect(Math.max(...times(data.history))).toBeLessThan(Math.min(...times(data.later)))
  expect(times(data.history).length).toBeGreaterThan(4 * times(data.later).length)
})
