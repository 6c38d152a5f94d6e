import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { evaluateRanking } from "./index.ts"

const data = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))
const folder = `${data}/rec-ml-1m-implicit`

function read(name: string): Map<number, number[]> {
  const lines = gunzipSync(readFileSync(`${folder}/${name}.txt.gz`))
    .toString()
    .trim()
    .split("\n")
  return new Map(lines.map((line) => line.split(" ").map(Number)).map(([user, ...items]) => [user!, items]))
}

// The peer figures are those of the popularity ranker over the same files: recall 0.1142, capped 0.1877, NDCG 0.1900, coverage 0.0331.
test.skipIf(!existsSync(folder))(
  "popularity on MovieLens 1M reaches the peer's figures to its four digits (needs TROMMEL_DATA)",
  async () => {
    const train = read("train")
    const held = read("test")
    const counts = new Map<number, number>()
    for (const items of train.values()) for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
    const popular = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a - b)
    const report = await evaluateRanking<number, number>({
      queries: held.keys(),
      rank(user, limit) {
        const seen = new Set(train.get(user))
        const list: number[] = []
        for (let i = 0; list.length < limit && i < popular.length; i++) if (!seen.has(popular[i]!)) list.push(popular[i]!)
        return list
      },
      truth: (user) => new Set(held.get(user)),
      metrics: ["recall", "cappedRecall", "ndcg"],
      k: 20,
      seed: 7,
      resamples: 200,
      catalogue: Array.from({ length: 3260 }, (_, item) => item),
    })
    expect(report.queries.length).toBe(6040)
    expect(report.metrics.recall!.mean).toBeCloseTo(0.1142, 4)
    expect(report.metrics.cappedRecall!.mean).toBeCloseTo(0.1877, 4)
    expect(report.metrics.ndcg!.mean).toBeCloseTo(0.19, 4)
    expect(report.exposure!.coverage).toBeCloseTo(0.0331, 4)
    expect(report.metrics.ndcg!.low).toBeGreaterThan(0.18)
    expect(report.metrics.ndcg!.high).toBeLessThan(0.2)
  },
)
