import { calibrationRatio, expectedCalibrationError, logLoss, reliabilityTable } from "../../metrics/index.ts"
import { type Calibrator, platt } from "../../models/index.ts"
import type { JudgedList } from "./judge.ts"
import type { RankerModel } from "./rankers.ts"

/** Groups of rows of equal size whose promise is set beside what happened. */
const BINS = 5

/** How true the ranker's probabilities are, on people that neither model nor calibration learned from. */
export interface CalibrationReport {
  /** `calibration` (promised over happened), `calibrationError` (expected, over groups of equal size), `logLoss`. */
  readonly metrics: Readonly<Record<string, number>>
  /** Groups of rows by probability, lowest first. */
  readonly bins: readonly { readonly promised: number; readonly happened: number }[]
}

/**
 * A sigmoid over the ranker's log-odds, so that what a page shows as a probability is one: weights against position bias and sampled rows shift the
 * odds, and orders do not mind. It is fitted on people that the models did not learn from; the report is of folds calibrated by the others.
 *
 * @param crossed - the ranker of each fold, learned without its people
 */
export async function calibrated(
  lists: readonly JudgedList[],
  crossed: readonly RankerModel[],
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<{ readonly calibrator: Calibrator; readonly report: CalibrationReport }> {
  const of = (kept: readonly JudgedList[]) => {
    const size = kept.reduce((sum, { isHeld }) => sum + isHeld.length, 0)
    const data = { scores: new Float64Array(size), labels: new Float64Array(size) }
    let at = 0
    for (const { fold, rows, isHeld } of kept) {
      data.scores.set(crossed[fold]!.logits(rows), at)
      data.labels.set(isHeld, at)
      at += isHeld.length
    }
    return data
  }
  const learn = (data: ReturnType<typeof of>) => platt().fit(data, { seed, signal })
  const promised: number[] = []
  const labels: number[] = []
  for (const fold of crossed.keys()) {
    const own = of(lists.filter((list) => list.fold === fold))
    const rest = of(lists.filter((list) => list.fold !== fold))
    if (own.scores.length === 0 || rest.scores.length === 0) continue
    const others = await learn(rest)
    for (const probability of others.calibrate(own.scores)) promised.push(probability)
    for (const label of own.labels) labels.push(label)
  }
  const table = reliabilityTable(labels, promised, BINS, "mass")
  return {
    calibrator: await learn(of(lists)),
    report: {
      metrics: {
        calibration: calibrationRatio(labels, promised) ?? Number.NaN,
        calibrationError: expectedCalibrationError(table),
        logLoss: logLoss(labels, promised),
      },
      bins: table.map(({ meanProbability, meanLabel }) => ({ promised: meanProbability ?? Number.NaN, happened: meanLabel ?? Number.NaN })),
    },
  }
}
