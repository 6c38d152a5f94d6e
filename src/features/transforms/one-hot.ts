import { TooLarge } from "../../core/index.ts"
import { countCodes } from "./code-table.ts"
import { type CodeEncoding, type CodeRule, codewise, loadCodes } from "./codewise.ts"
import type { TransformStep } from "./transform.ts"

export interface OneHotConfig {
  /** Give missing a column of its own, else it is all zeros. Default false. */
  readonly missing?: boolean
  /** Leave out the first code's column, so that columns of one category do not add up to a constant. Default false. */
  readonly dropFirst?: boolean
  /** More distinct codes than this are refused. Default 1,024. */
  readonly most?: number
}

const rule = (config: Required<OneHotConfig>): CodeRule => {
  const skipped = config.dropFirst ? 1 : 0
  return {
    kind: "oneHot",
    config,
    learn(values, _data, column) {
      const { codes } = countCodes(values)
      if (codes.length > config.most) {
        const remedy = "Merge rare values into other, hash, or use a target or embedding encoding."
        throw new TooLarge("oneHot", `at most ${config.most} values a column`, `${codes.length} in column ${column}`, remedy)
      }
      const kept = Math.max(0, codes.length - skipped)
      const width = kept + (config.missing ? 1 : 0)
      const rows = new Float32Array((codes.length + 2) * width)
      for (let i = 0; i < kept; i++) rows[(i + skipped) * width + i] = 1
      if (config.missing) rows[(codes.length + 1) * width + kept] = 1
      return { codes, width, rows }
    },
    name(column, place, { codes, width }: CodeEncoding, valueName) {
      return config.missing && place === width - 1 ? `${column} missing` : `${column}=${valueName(codes[place + skipped]!)}`
    },
  }
}

/**
 * One column of 0 and 1 for each code that training saw: no false order, one weight a value. Unseen codes are all zeros.
 * For up to about a dozen values; beyond, width costs more than it tells.
 *
 * @throws {@link TooLarge} in `fit` when a column has more distinct codes than `most`
 */
export function oneHot({ missing = false, dropFirst = false, most = 1024 }: OneHotConfig = {}): TransformStep {
  return codewise(rule({ missing, dropFirst, most }))
}

export const loadOneHot = loadCodes(rule)
