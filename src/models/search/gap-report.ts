import { InvalidArgument } from "../../core/index.ts"

/** Quality of one model on the parts of the data, larger is better; the same metric on each. */
export interface PartScores {
  readonly train: number
  readonly validation: number
  /** On data nobody chose by: the test part, or what was measured live. */
  readonly test?: number
}

/** What a gap between parts says. */
export interface GapFinding {
  readonly kind: "over-fitting" | "leak" | "under-fitting"
  readonly text: string
}

/** Scores, gaps and what they say, for a run report. */
export interface GapReport extends PartScores {
  /** Train less validation. */
  readonly fitGap: number
  /** Validation less test. */
  readonly choiceGap?: number
  readonly findings: readonly GapFinding[]
}

/** What {@link gapReport} compares with. */
export interface GapOptions {
  /** A difference too small to mean anything, in units of the metric: such as the half width of its interval. */
  readonly tolerance: number
  /** The same data by a bigger model, or one of another family: shows whether there was more to learn. */
  readonly bigger?: PartScores
  /** What the best possible model would score on train, when known: 1 for AUC or NDCG. */
  readonly ceiling?: number
}

/**
 * Reads over- and under-fitting off the scores of three parts.
 *
 * Over-fitting: train is better than validation. A leak, or choosing too often by the same rows: validation is better than test, however alike
 * train and validation are. Under-fitting: train is below its ceiling and a bigger model gains on train and on validation.
 * @throws {@link InvalidArgument} on scores that are not finite or a tolerance below 0
 */
export function gapReport(scores: PartScores, options: GapOptions): GapReport {
  const { train, validation, test } = scores
  const { tolerance, bigger, ceiling = Number.POSITIVE_INFINITY } = options
  for (const [name, value] of Object.entries({ train, validation, test: test ?? 0 })) {
    if (!Number.isFinite(value))
      throw new InvalidArgument("gapReport", `a finite score of ${name}`, String(value), "Measure it on rows that have one.")
  }
  if (!(tolerance >= 0))
    throw new InvalidArgument("gapReport", "a tolerance of 0 or more", String(tolerance), "Pass half an interval's width.")
  const fitGap = train - validation
  const choiceGap = test === undefined ? undefined : validation - test
  const findings: GapFinding[] = []
  const add = (kind: GapFinding["kind"], text: string) => findings.push({ kind, text })
  if (fitGap > tolerance) {
    add(
      "over-fitting",
      `train ${show(train)} is above validation ${show(validation)} by ${show(fitGap)}: smaller model, more penalty, more rows`,
    )
  }
  if (choiceGap !== undefined && choiceGap > tolerance) {
    const text = `validation ${show(validation)} is above test ${show(test!)} by ${show(choiceGap)}: a column that knows the label, parts that share rows, or too many choices on the same rows`
    add("leak", text)
  }
  if (bigger !== undefined && train < ceiling - tolerance) {
    const [onTrain, onValidation] = [bigger.train - train, bigger.validation - validation]
    if (onTrain > tolerance && onValidation > tolerance) {
      add(
        "under-fitting",
        `a bigger model gains ${show(onTrain)} on train and ${show(onValidation)} on validation: more capacity or better features`,
      )
    }
  }
  return { ...scores, fitGap, ...(choiceGap === undefined ? {} : { choiceGap }), findings }
}

/** The report as Markdown, one line a part and one a finding. */
export function gapTable(report: GapReport): string {
  const rows = [
    `| train | ${show(report.train)} | |`,
    `| validation | ${show(report.validation)} | ${show(-report.fitGap)} |`,
    ...(report.test === undefined ? [] : [`| test | ${show(report.test)} | ${show(-report.choiceGap!)} |`]),
  ]
  const findings =
    report.findings.length === 0 ? ["No sign of over- or under-fitting."] : report.findings.map(({ kind, text }) => `- ${kind}: ${text}`)
  return ["| part | score | against the part above |", "|---|---|---|", ...rows, "", ...findings].join("\n")
}

const show = (value: number) => value.toFixed(4)
