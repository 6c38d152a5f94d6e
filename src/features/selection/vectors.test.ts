import { describe, test } from "vitest"
import { expectClose, readVectors } from "../../../test/contracts/vectors.ts"
import * as s from "./index.ts"

const { cases, tolerance } = readVectors<never>("feature-selection")

interface Input {
  readonly X: readonly (readonly number[])[]
  readonly y: readonly number[]
}
const rowsOf = (X: Input["X"]): s.NumberRows => ({ rows: X.length, cols: X[0]!.length, data: Float64Array.from(X.flat()) })
const columnsOf = (X: Input["X"]) => X[0]!.map((_, col) => Float64Array.from(X, (row) => row[col]!))
const tables = ({ X, y }: Input) => {
  const classes = s.classesOf("test", rowsOf(X), y)
  return columnsOf(X).map((values) => s.tableOfColumn(values, classes, 32))
}

const computed = {
  f_scores({ X, y }: Input) {
    const [groups, line] = [s.anova(rowsOf(X), y), s.correlation(rowsOf(X), y)]
    return {
      ...{ f_classif: groups.scores, p_classif: groups.p, f_regression: line.scores, p_regression: line.p },
      ...{ variance: s.variances(rowsOf(X)), pearson: line.r },
    }
  },
  chi2_scores({ X, y }: Input) {
    const { scores, p } = s.chiSquareCounts(rowsOf(X), y)
    return { chi2: scores, p }
  },
  mutual_info_discrete(input: Input) {
    const all = tables(input)
    return {
      mi: all.map((table) => s.mutualInformationOf(table).mi),
      nmi_arithmetic: all.map((table) => s.mutualInformationOf(table).normalised),
      ami: all.map(s.adjustedMutualInformation),
      cramers_v: all.map((table) => s.chiSquareTable(table).v),
      label_entropy: s.mutualInformationOf(all[0]!).rightEntropy,
    }
  },
  information_value: (input: Input) => tables(input).map(withoutMissing).map(s.informationValue),
  vif: ({ X }: { X: Input["X"] }) => s.varianceInflation(rowsOf(X)),
}

/** The row of missing values, the last one, is empty here, and half a count must not be added to it. */
function withoutMissing({ counts, left, right }: s.Contingency): s.Contingency {
  return { counts: counts.subarray(0, (left - 1) * right), left: left - 1, right }
}

describe("vectors", () => {
  test.each(cases)("$fn $id", async ({ fn, input, expected, tol, id }) => {
    expectClose(await (computed as Record<string, (input: unknown) => unknown>)[fn]!(input), expected, tol ?? tolerance, id)
  })
})
