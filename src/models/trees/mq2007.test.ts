import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { features, joinParts, ndcg10, readPart } from "../../../bench/mq2007-features.ts"
import { gradientBoosting } from "./gradient-boosting.ts"

const data = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
const folder = join(data, "ltr-mq2007-agg")

test.skipIf(!existsSync(folder))(
  "MQ2007-agg, first official fold (skipped where its folder is missing): LambdaMART reaches 0.515 NDCG@10 over all queries, fusion 0.4725",
  async () => {
    const [a, b, c, , held] = [1, 2, 3, 4, 5].map((part) => features(readPart(folder, part)))
    const config = { leaves: 8, minRows: 100, l2: 10, learningRate: 0.08, rounds: 100, rowShare: 0.7, columnShare: 0.5 }
    const model = await gradientBoosting({ ...config, objective: { name: "lambdaMart", truncation: 20 } }).fit(joinParts([a!, b!, c!]), {
      seed: 1,
    })
    expect(ndcg10(model.predict(held!.rows), held!)).toBeGreaterThanOrEqual(0.515)
    const fused = Float32Array.from({ length: held!.labels.length }, (_, i) => held!.rows.data[i * held!.rows.cols + 43]!)
    expect(ndcg10(fused, held!)).toBeCloseTo(0.4725, 3)
  },
)
