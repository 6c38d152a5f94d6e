import { canonicalJson } from "../../core/index.ts"
import type { Drawn } from "./space.ts"

/** One candidate that was tried: logged whatever came of it. */
export interface Trial {
  /** Its number, from 1, in the order tried. */
  readonly trial: number
  readonly config: Drawn
  /** Share of the training rows it was fitted on, in (0, 1]. */
  readonly share: number
  /** On the validation part, larger is better; absent when it failed. */
  readonly score?: number
  readonly seconds: number
  /** Why there is no score. */
  readonly error?: string
}

/** What a search found. */
export interface Found<Model> {
  /** The best trial on all rows. */
  readonly best: Trial
  readonly model: Model
  /** Every trial, in the order tried. */
  readonly trials: readonly Trial[]
}

/** The best `k` trials with a score, best first, those on more rows before others; of equal scores the earlier: what goes to an online test. */
export function topTrials(trials: readonly Trial[], k: number): Trial[] {
  const scored = trials.filter((trial) => trial.score !== undefined)
  return scored.sort((a, b) => b.share - a.share || b.score! - a.score! || a.trial - b.trial).slice(0, k)
}

/** The best `k` trials as a Markdown table. */
export function trialTable(trials: readonly Trial[], k: number): string {
  const rows = topTrials(trials, k).map(
    ({ trial, score, share, seconds, config }, i) =>
      `| ${i + 1} | ${trial} | ${score!.toFixed(4)} | ${share === 1 ? "all" : share.toFixed(3)} | ${seconds.toFixed(1)} | \`${canonicalJson(config)}\` |`,
  )
  return ["| place | trial | score | rows | seconds | config |", "|---|---|---|---|---|---|", ...rows].join("\n")
}
