import type { Measurement } from "../definition/index.ts"

/** Measurements in the Prometheus text format, version 0.0.4: families together, each with HELP and TYPE once. */
export function prometheusText(measurements: readonly Measurement[]): string {
  const families = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const family = families.get(one.name)
    if (family === undefined) families.set(one.name, [one])
    else family.push(one)
  }
  const lines: string[] = []
  for (const [name, family] of families) {
    lines.push(`# HELP ${name} ${escapeHelp(family[0]!.help)}`, `# TYPE ${name} ${family[0]!.kind}`)
    for (const one of family) lines.push(...samples(one))
  }
  return `${lines.join("\n")}\n`
}

function samples({ name, kind, labels = {}, value, buckets = [], sum = 0 }: Measurement): string[] {
  if (kind !== "histogram") return [`${name}${braces(labels)} ${number(value)}`]
  return [
    ...buckets.map(({ le, count }) => `${name}_bucket${braces({ ...labels, le: number(le) })} ${number(count)}`),
    `${name}_bucket${braces({ ...labels, le: "+Inf" })} ${number(value)}`,
    `${name}_sum${braces(labels)} ${number(sum)}`,
    `${name}_count${braces(labels)} ${number(value)}`,
  ]
}

function braces(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`)
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`
}

const escapeHelp = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"')

function number(value: number): string {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf"
  return String(value)
}
