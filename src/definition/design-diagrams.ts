import { type CapacityPlan, formatNumber, type ProblemStatement } from "../problem/index.ts"
import type { GraphNode } from "./api.ts"
import { type Block, escaped } from "./design-blocks.ts"

const BOX = { width: 150, height: 40, gapX: 30, gapY: 26 }

type Boxes = ProblemStatement["architecture"]["components"]

/** The components of a statement and what flows between them. */
export function architectureDiagram({ architecture: { components }, title }: ProblemStatement): Block {
  return boxesDiagram(components, `Components of ${title} and what flows between them`)
}

/** The funnel of a release as it runs, read from the funnel itself. */
export function runningDiagram(graph: readonly GraphNode[], title: string): Block {
  const boxes = graph.map(({ name, role, limit, part, after }): Boxes[number] => {
    const does = `${role} of ${part}${limit === null ? "" : `, at most ${formatNumber(limit)} leave it`}`
    return { name, does, lane: "request", after }
  })
  return boxesDiagram(boxes, `The running funnel of ${title}`)
}

/** Boxes and arrows: one column for each step away from the beginning, requests above learning. */
function boxesDiagram(components: Boxes, alt: string): Block {
  const column = columnsOf(components)
  const used = new Map<string, number>()
  const at = new Map(
    components.map(({ name, lane }) => {
      const slot = `${lane} ${column.get(name)}`
      const row = used.get(slot) ?? 0
      used.set(slot, row + 1)
      return [name, { lane, col: column.get(name)!, row }]
    }),
  )
  const rowsOf = (lane: string) => Math.max(0, ...[...at.values()].filter((place) => place.lane === lane).map(({ row }) => row + 1))
  const requestRows = rowsOf("request")
  const left = (name: string) => at.get(name)!.col * (BOX.width + BOX.gapX) + 10
  const top = (name: string) => (at.get(name)!.row + (at.get(name)!.lane === "request" ? 0 : requestRows)) * (BOX.height + BOX.gapY) + 10
  const lines = components.flatMap(({ name, after }) =>
    after.map((source) => {
      const fromX = left(source) + BOX.width
      const fromY = top(source) + BOX.height / 2
      const toX = left(name)
      const toY = top(name) + BOX.height / 2
      const bend = Math.max(15, Math.abs(toX - fromX) / 2)
      return `<path d="M${fromX} ${fromY}C${fromX + bend} ${fromY} ${toX - bend} ${toY} ${toX} ${toY}" fill="none" stroke="currentColor" opacity=".5" marker-end="url(#arrow)"/>`
    }),
  )
  const boxes = components.map(
    ({ name, does, lane }) =>
      `<g><title>${escaped(does)}</title><rect x="${left(name)}" y="${top(name)}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${lane === "request" ? "#3b82f6" : "#22a06b"}" fill-opacity=".15" stroke="currentColor" stroke-opacity=".4"/><text x="${left(name) + BOX.width / 2}" y="${top(name) + BOX.height / 2 + 4}" text-anchor="middle" fill="currentColor">${escaped(name)}</text></g>`,
  )
  const width = (Math.max(...column.values()) + 1) * (BOX.width + BOX.gapX) + 10
  const height = (requestRows + rowsOf("learning")) * (BOX.height + BOX.gapY) + 10
  const arrow =
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>'
  return {
    kind: "diagram",
    alt,
    svg: svg(width, height, arrow + lines.join("") + boxes.join("")),
    mermaid: [
      "flowchart LR",
      ...components.map(({ name }, i) => `  c${i}["${name}"]`),
      ...components.flatMap(({ name, after }) => after.map((source) => `  c${indexOf(source)} --> c${indexOf(name)}`)),
    ].join("\n"),
  }
  function indexOf(name: string): number {
    return components.findIndex((component) => component.name === name)
  }
}

/** The longest way to each component; a loop back, such as from the page through the log to training, does not count. */
function columnsOf(components: Boxes): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  const place = (name: string, open: ReadonlySet<string>): number => {
    const known = columns.get(name)
    if (known !== undefined) return known
    const { after = [], lane } = components.find((component) => component.name === name) ?? {}
    const before = after.filter((source) => !open.has(source) && components.find((one) => one.name === source)?.lane === lane)
    const col = Math.max(-1, ...before.map((source) => place(source, new Set([...open, name])))) + 1
    columns.set(name, col)
    return col
  }
  for (const { name } of components) place(name, new Set([name]))
  return columns
}

/** The funnel as planned: a bar a stage, as wide as the logarithm of what enters. */
export function funnelDiagram({ title }: ProblemStatement, plan: CapacityPlan): Block {
  const widest = Math.max(...plan.stages.map((stage) => Math.log10(stage.in + 1)))
  const bars = plan.stages.map((stage, i) => {
    const width = Math.max(60, (Math.log10(stage.in + 1) / widest) * 400)
    const y = 10 + i * 46
    const label = `${stage.name}: ${formatNumber(stage.in)} in, ${formatNumber(stage.out)} out, ${formatNumber(stage.p99Ms)} ms`
    return `<rect x="${210 - width / 2}" y="${y}" width="${width}" height="36" rx="4" fill="#3b82f6" fill-opacity=".2" stroke="currentColor" stroke-opacity=".4"/><text x="430" y="${y + 22}" fill="currentColor">${escaped(label)}</text>`
  })
  return {
    kind: "diagram",
    alt: `Funnel of ${title}: items that enter each stage`,
    svg: svg(860, 10 + plan.stages.length * 46, bars.join("")),
    mermaid: [
      "flowchart TD",
      ...plan.stages.map((stage, i) => `  s${i}["${stage.name}: ${formatNumber(stage.in)} in"]`),
      `  out["${formatNumber(plan.stages.at(-1)?.out ?? 0)} out"]`,
      ...plan.stages.map((_, i) => `  s${i} --> ${i + 1 < plan.stages.length ? `s${i + 1}` : "out"}`),
    ].join("\n"),
  }
}

const svg = (width: number, height: number, body: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${body}</svg>`
