import { describe, expect, test } from "vitest"
import { statementSections, statements } from "../problem/index.ts"
import { checkProblem } from "./check-problem.ts"
import { designHtml, designMarkdown, designOf } from "./design-document.ts"
import type { ReleaseFacts } from "./release-facts.ts"

const kinds = Object.entries(statements)

describe.each(kinds)("%s", (kind, statement) => {
  const design = designOf(statement)
  const markdown = designMarkdown(design)

  test("the reviewed document", async () => {
    await expect(markdown).toMatchFileSnapshot(`../../examples/design/${kind}.md`)
  })

  test("one chapter a section, in order", () => {
    const chapters = markdown.split("\n").filter((line) => line.startsWith("## "))
    expect(chapters).toHaveLength(statementSections.length)
    expect(chapters.map((line) => line.slice(3, 5))).toEqual(["1.", "2.", "3.", "4.", "5.", "6.", "7."])
  })

  test("nothing is printed that is not a number, and tables are whole", () => {
    expect(markdown).not.toMatch(/NaN|undefined|null|Infinity|\[object/)
    for (const block of markdown.split("\n\n").filter((text) => text.startsWith("| "))) {
      const widths = new Set(block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length))
      expect(widths.size, block).toBe(1)
    }
  })

  test("its statement stands against the metric registry", () => {
    expect(checkProblem(statement)).toBe(statement)
  })

  test("the HTML page holds the same headings and both diagrams, well closed", () => {
    const html = designHtml(design)
    for (const [, text] of markdown.matchAll(/^#+ (.+)$/gm)) expect(html).toContain(text!.replaceAll("&", "&amp;"))
    expect(html.match(/<svg /g)).toHaveLength(2)
    for (const tag of ["svg", "table", "ul", "p", "g", "text"]) {
      expect(html.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0, tag).toBe(html.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0)
    }
    expect(html).not.toMatch(/NaN|undefined/)
  })
})

const release: ReleaseFacts = {
  id: "r1",
  where: "evaluation of r1",
  metrics: [{ name: "ndcg@20", value: 0.4123, low: 0.401, high: 0.424 }],
  timed: {
    where: "this machine",
    requests: 200,
    p50Ms: 8,
    p99Ms: 14.5,
    meanMs: 8.5,
    stages: [{ name: "score", in: 500, out: 100, p50Ms: 3, p99Ms: 12.5 }],
  },
}

test("what a release has shown stands beside the plan, with its interval and its run", () => {
  const markdown = designMarkdown(designOf(statements.recommendation, release))
  expect(markdown).toContain("0.4123 [0.401, 0.424] (evaluation of r1)")
  expect(markdown).toContain("| score | - | 500 | 100 | 3 ms | 12.5 ms |")
  expect(markdown).toContain("| whole | - | - | - | 8 ms | 14.5 ms |")
})

test("an infeasible statement is written with the reason and what it would take", () => {
  const { scale } = statements.recommendation
  const stages = scale.latency.stages.map((stage) => ({
    ...stage,
    microsPerItem: { ...stage.microsPerItem, value: stage.microsPerItem.value * 1e6 },
  }))
  const dear = { ...statements.recommendation, scale: { ...scale, latency: { ...scale.latency, stages: stages.slice(0, 1) } } }
  const markdown = designMarkdown(designOf(dear))
  expect(markdown).toContain("Infeasible as stated:")
  expect(markdown).toContain("impractical")
})

test("text of a statement cannot break the page", () => {
  const { setUp } = statements.recommendation
  const hostile = { ...statements.recommendation, setUp: { ...setUp, prompt: '<script>alert("x")</script> & | more' } }
  expect(designHtml(designOf(hostile))).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; | more")
})
