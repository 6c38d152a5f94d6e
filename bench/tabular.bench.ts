// Trees on six public tables beside the numbers that XGBoost and LightGBM reach on them: clicks (Frappe, Criteo, Avazu) and fraud.
// usage: npm run bench -- tabular [SET ...]   (frappe criteo avazu creditcard vehicle mammography; TROMMEL_DATA names the folder of the data sets)
import { avazu, criteo, frappe } from "./tabular/clicks.ts"
import { creditcard, mammography, vehicle } from "./tabular/fraud.ts"
import { has } from "./tabular/read.ts"
import type { Row } from "./tabular/report.ts"

const sets: Record<string, { readonly folder: string; readonly run: () => Promise<Row[]> }> = {
  frappe: { folder: "ctr-frappe", run: frappe },
  criteo: { folder: "ctr-criteo-sample", run: criteo },
  avazu: { folder: "ctr-avazu-sample", run: avazu },
  creditcard: { folder: "fraud-creditcard-subset", run: creditcard },
  vehicle: { folder: "fraud-vehicle-insurance", run: vehicle },
  mammography: { folder: "fraud-mammography", run: mammography },
}
const wanted = process.argv.slice(2)
const show = (cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 14 : 64) : cell.padStart(16))).join(""))
show(["data", "what", "trommel", "peer", "CPU s"])
for (const [name, { folder, run }] of Object.entries(sets)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (!has(folder)) {
    console.log(`${name}: skipped, no ${folder} in the folder of the data sets; name it in TROMMEL_DATA`)
    continue
  }
  const before = process.cpuUsage()
  const rows = await run()
  const { user, system } = process.cpuUsage(before)
  for (const [i, { what, value, peer }] of rows.entries())
    show([name, what, value.toFixed(4), peer, i === 0 ? ((user + system) / 1e6).toFixed(1) : ""])
}
