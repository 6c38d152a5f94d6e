import { bytes } from "../table.ts"
import type { NeighboursReport } from "./bench-neighbours.ts"

const [width, height, left, right, top, bottom] = [860, 460, 64, 220, 48, 56]
const colours = ["#1b1b1b", "#2f6fb5", "#c2571a", "#2e8b57", "#8e44ad", "#b8860b", "#c0392b", "#00838f"]

/** Recall against latency as an SVG: a line a family, latency on a logarithmic axis, memory in the legend. Up and to the left is better. */
export function neighboursChart({ source, rows, dimension, metric, k, curves }: NeighboursReport): string {
  const times = curves.flatMap(({ points }) => points.map(({ meanUs }) => Math.max(1, meanUs)))
  const least = Math.min(...curves.flatMap(({ points }) => points.map(({ recall }) => recall)))
  const [low, high] = [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times) * 1.0001))]
  const floor = Math.min(0.9, Math.floor(least * 10) / 10)
  const x = (us: number) => left + ((Math.log10(Math.max(1, us)) - low) / Math.max(1, high - low)) * (width - left - right)
  const y = (recall: number) => height - bottom - ((recall - floor) / (1 - floor)) * (height - top - bottom)
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const steps = Array.from({ length: 6 }, (_, i) => floor + ((1 - floor) * i) / 5)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="22" font-size="15">${escaped(source)}: ${rows} rows of ${dimension}, ${metric}</text>`,
    ...decades.map(
      (d) => `${rule(x(10 ** d), top, x(10 ** d), height - bottom)}${label(x(10 ** d), height - bottom + 18, timeText(d), "middle")}`,
    ),
    ...steps.map((r) => `${rule(left, y(r), width - right, y(r))}${label(left - 8, y(r) + 4, r.toFixed(2), "end")}`),
    label((left + width - right) / 2, height - 14, "mean time of a query, one thread", "middle"),
    label(left, top - 10, `recall@${k}`, "start"),
    ...curves.flatMap(({ family, memoryBytes, points }, i) => {
      const colour = colours[i % colours.length]!
      const at = points.map(({ meanUs, recall }) => [x(meanUs).toFixed(1), y(recall).toFixed(1)] as const)
      const legend = top + 16 + i * 22
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${at.map((p) => p.join(",")).join(" ")}"/>`,
        ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
        `<rect x="${width - right + 20}" y="${legend - 9}" width="10" height="10" fill="${colour}"/>`,
        label(width - right + 36, legend, `${family}, ${bytes(memoryBytes)}`, "start"),
      ]
    }),
    "</svg>\n",
  ].join("\n")
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

function timeText(decade: number): string {
  return decade >= 6 ? `${10 ** (decade - 6)} s` : decade >= 3 ? `${10 ** (decade - 3)} ms` : `${10 ** decade} us`
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}
