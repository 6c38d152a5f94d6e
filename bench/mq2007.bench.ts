// Ranking MQ2007-agg by five official folds: models are chosen and stopped on each fold's validation part, the test part is read once at the end.
// usage: npm run bench -- mq2007 [DATA_FOLDER] [SEEDS]
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BoostingConfig, gradientBoosting, type LabelledRows } from "../src/models/index.ts"
import { averageByQuery, features, joinParts, ndcg10, readPart } from "./mq2007-features.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = process.argv[2] ?? join(process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data"), "ltr-mq2007-agg")
const seeds = Array.from({ length: Number(process.argv[3] ?? 3) }, (_, i) => i + 1)

/** Small trees: 42,000 rows of a noisy grade. Chosen by the mean of the validation parts; see bench/RESULTS.md. */
const shape: BoostingConfig = {
  leaves: 8,
  minRows: 100,
  l2: 10,
  learningRate: 0.05,
  rounds: 500,
  patience: 20,
  measureEvery: 5,
  rowShare: 0.7,
  columnShare: 0.5,
}
const objectives: readonly BoostingConfig["objective"][] = [{ name: "lambdaMart", truncation: 20 }, "xeNdcg", "pairwise"]
const metric = { name: "NDCG@10", isHigherBetter: true, of: (scores: Float32Array, rows: LabelledRows) => ndcg10(scores, rows) }

async function compare(): Promise<void> {
  const parts = [1, 2, 3, 4, 5].map((part) => features(readPart(folder, part)))
  const totals = new Map<string, { valid: number; test: number[] }>()
  const before = process.cpuUsage()
  for (let fold = 0; fold < 5; fold++) {
    const of = (shift: number) => parts[(fold + shift) % 5]!
    const train = joinParts([of(0), of(1), of(2)])
    const [valid, test] = [of(3), of(4)]
    const all: { valid: Float32Array; test: Float32Array }[] = []
    for (const objective of objectives) {
      const same: { valid: Float32Array; test: Float32Array }[] = []
      for (const seed of seeds) {
        const model = await gradientBoosting({ ...shape, ...(objective === undefined ? {} : { objective }) }, { metric }).fit(
          { ...train, validation: valid },
          { seed },
        )
        same.push({ valid: model.predict(valid.rows), test: model.predict(test.rows) })
      }
      const name = typeof objective === "string" ? objective : objective!.name
      add(totals, `${name}, one seed`, same.slice(0, 1), valid, test)
      add(totals, `${name}, ${seeds.length} seeds`, same, valid, test)
      all.push(...same)
    }
    add(totals, "all of them", all, valid, test)
  }
  console.log(`${"".padEnd(28)}validation      test   by fold`)
  for (const [name, { valid, test }] of totals) {
    const mean = test.reduce((a, b) => a + b, 0) / 5
    console.log(
      `${name.padEnd(28)}${(valid / 5).toFixed(4).padStart(10)}${mean.toFixed(4).padStart(10)}   ${test.map((v) => v.toFixed(4)).join(" ")}`,
    )
  }
  console.log(`${((process.cpuUsage(before).user + process.cpuUsage(before).system) / 1e6).toFixed(0)} CPU s`)
}

function add(
  totals: Map<string, { valid: number; test: number[] }>,
  name: string,
  scores: readonly { valid: Float32Array; test: Float32Array }[],
  valid: LabelledRows,
  test: LabelledRows,
): void {
  const entry = totals.get(name) ?? { valid: 0, test: [] }
  const mean = (key: "valid" | "test", rows: LabelledRows) =>
    averageByQuery(
      scores.map((score) => score[key]),
      rows,
    )
  entry.valid += ndcg10(mean("valid", valid), valid)
  entry.test.push(ndcg10(mean("test", test), test))
  totals.set(name, entry)
}

if (existsSync(folder)) await compare()
else console.log(`mq2007: no data in ${folder}; name the folder of ltr-mq2007-agg`)
