// Item recommenders side by side on one fixed split: `npm run bench -- recommenders DATA SET RUN` with the folder that holds rec-ml-1m-implicit and
// rec-amazon-instruments, `movies` or `instruments` for one of them, and a run file of `trommel evaluate recommendation --run` for the funnel's row.
// Hyper-parameters are picked by NDCG@20 on an inner split of the training part; the test part is ranked once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { readTrecRun } from "../src/metrics/index.ts"
import { type ImplicitData, innerSplit, instruments, movieLens1m } from "./implicit-data.ts"
import { intervalChart } from "./interval-chart.ts"
import { FEW, type Judgement, judge, ndcgOf, type Rank, rankBy, SEED } from "./recommenders/judge.ts"
import { subjects } from "./recommenders/subjects.ts"
import { chartRows, type Line, tables } from "./recommenders/tables.ts"

const folder = process.argv[2] ?? join("..", "shared", "data")
const [only, runFile] = process.argv.slice(3)
const charts = fileURLToPath(new URL("../../bench/charts", import.meta.url))

async function compare(data: ImplicitData, file: string): Promise<void> {
  const inner = innerSplit(data, 0.2, SEED)
  const lines: Line[] = []
  for (const { name, tries, learn } of subjects(data)) {
    let best = { config: tries[0], ndcg: -1 }
    for (const config of tries.length > 1 ? tries : []) {
      const { mean } = await ndcgOf(inner, rankBy(await learn(inner, config), inner.train))
      if (mean > best.ndcg) best = { config, ndcg: mean }
    }
    const before = process.cpuUsage()
    const score = await learn(data, best.config)
    const { user, system } = process.cpuUsage(before)
    const judgement: Judgement = await judge(data, rankBy(score, data.train), rankBy(score, data.train, FEW))
    const picked = tries.length > 1 ? JSON.stringify(best.config) : "-"
    lines.push({ name, picked, cpuSeconds: (user + system) / 1e6, judgement })
    console.error(`${data.name}: ${name} ${picked} ${judgement.report.metrics.ndcg!.mean.toFixed(4)}`)
  }
  if (runFile !== undefined) lines.push({ name: "whole funnel", picked: "-", judgement: await judge(data, await rankOfRun(data, runFile)) })
  console.log(tables(data, lines))
  mkdirSync(charts, { recursive: true })
  const write = (name: string, axis: string, series: Parameters<typeof chartRows>[1]) =>
    writeFileSync(join(charts, name), intervalChart(data.name, axis, chartRows(lines, series)))
  write(`${file}.svg`, "NDCG@20 and Recall@20", ["NDCG@20", "Recall@20"])
  write(`${file}-segments.svg`, "NDCG@20 by length of history", ["new", "light", "heavy"])
}

/** The lists of a run file. */
async function rankOfRun({ names }: ImplicitData, path: string): Promise<Rank> {
  const run = await readTrecRun(readFileSync(path, "utf8"))
  const places = new Map(names.items.map((name, at) => [name, at]))
  return (user, limit) => {
    const found = run.get(names.users[user]!) ?? []
    const best = found.toSorted((a, b) => b.score - a.score).slice(0, limit)
    return best.map(({ id }) => places.get(id)!)
  }
}

const sets = {
  movies: { at: join(folder, "rec-ml-1m-implicit"), read: movieLens1m, file: "recommenders-ml-1m" },
  instruments: { at: join(folder, "rec-amazon-instruments"), read: instruments, file: "recommenders-instruments" },
}
for (const [name, { at, read, file }] of Object.entries(sets)) {
  if (only !== undefined && only !== name) continue
  if (existsSync(at)) await compare(read(at), file)
  else console.log(`recommenders: no data in ${at}; name the folder of the data sets`)
}
