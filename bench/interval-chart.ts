/** One measured value with its interval. */
export interface ChartValue {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A row of a chart: what was measured, under each series. */
export interface ChartRow {
  readonly label: string
  readonly values: Readonly<Record<string, ChartValue>>
}

const COLOURS = ["#2563eb", "#d97706", "#059669", "#9333ea", "#dc2626", "#0891b2"]
const LEFT = 190
const WIDTH = 760
const LINE = 16

/** Points with their intervals, one line a row and series, as an SVG that needs nothing else; light and dark by the reader's setting. */
export function intervalChart(title: string, axis: string, rows: readonly ChartRow[]): string {
  const series = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))]
  const most = Math.max(...rows.flatMap(({ values }) => Object.values(values).map(({ high }) => high)), 1e-9)
  const x = (value: number) => LEFT + (value / most) * (WIDTH - LEFT - 70)
  const rowHeight = series.length * LINE + 10
  const top = 44
  const bottom = top + rows.length * rowHeight
  const body = rows.flatMap(({ label, values }, row) => {
    const y0 = top + row * rowHeight
    const marks = series.flatMap((name, n) => {
      const found = values[name]
      if (found === undefined) return []
      const y = y0 + n * LINE + LINE / 2
      const colour = COLOURS[n % COLOURS.length]
      return [
        `<line x1="${x(found.low).toFixed(1)}" x2="${x(found.high).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
        `<circle cx="${x(found.value).toFixed(1)}" cy="${y}" r="3.5" fill="${colour}"/>`,
        `<text x="${(x(found.high) + 6).toFixed(1)}" y="${y + 4}">${found.value.toFixed(4)}</text>`,
      ]
    })
    return [`<text x="${LEFT - 10}" y="${y0 + rowHeight / 2}" text-anchor="end">${label}</text>`, ...marks]
  })
  const legend =
    series.length < 2
      ? ""
      : series
          .map(
            (name, n) =>
              `<circle cx="${LEFT + n * 110}" cy="32" r="4" fill="${COLOURS[n % COLOURS.length]}"/><text x="${LEFT + n * 110 + 8}" y="36">${name}</text>`,
          )
          .join("")
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 30}" width="${WIDTH}" height="${bottom + 30}" font-family="system-ui,sans-serif" font-size="12" fill="#444"><title>${title}</title><style>@media(prefers-color-scheme:dark){svg{fill:#ccc}}</style><text x="10" y="18" font-size="14">${title}: ${axis}</text>${legend}<line x1="${LEFT}" x2="${LEFT}" y1="${top}" y2="${bottom}" stroke="#888" stroke-width=".5"/>${body.join("")}<text x="${LEFT}" y="${bottom + 20}">0</text><text x="${WIDTH - 30}" y="${bottom + 20}" text-anchor="end">95 % intervals</text></svg>\n`
}
