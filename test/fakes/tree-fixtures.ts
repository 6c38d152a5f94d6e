import { readFileSync } from "node:fs"
import { type Matrix, matrix } from "../../src/core/index.ts"
import type { Ensemble } from "../../src/models/trees/ensemble.ts"
import { importLightgbm } from "../../src/models/trees/import-lightgbm.ts"
import { importXgboost } from "../../src/models/trees/import-xgboost.ts"

/** A model that another library trained and saved, rows, and what the library answers for them. */
export interface TreeFixture {
  readonly file: string
  readonly model: Ensemble
  readonly rows: Matrix
  readonly raw: readonly number[]
  readonly predicted: readonly number[]
  /** For each row and output one number a column and the bias; absent where the library gives none. */
  readonly contributions?: readonly number[]
}

const folder = new URL("../fixtures/trees/", import.meta.url)

/** The bytes of a fixture. */
export const treeFile = (name: string) => readFileSync(new URL(name, folder))

/** Every file of `test/fixtures/trees`, made by `bench/peers/tree_fixtures.py`. */
export function treeFixtures(): TreeFixture[] {
  const { cases } = JSON.parse(treeFile("expected.json").toString()) as { cases: Record<string, Case> }
  return Object.values(cases).flatMap(({ files, rows, raw, predicted, contributions }) =>
    files.map((file) => ({
      file,
      model: file.endsWith(".txt") ? importLightgbm(treeFile(file).toString()) : importXgboost(treeFile(file)),
      rows: matrix(
        rows.length,
        rows[0]!.length,
        Float32Array.from(rows.flat(), (x) => x ?? Number.NaN),
      ),
      raw: raw.flat(),
      predicted: predicted.flat(),
      ...(contributions === null ? {} : { contributions: contributions.flat() }),
    })),
  )
}

interface Case {
  readonly files: readonly string[]
  readonly rows: readonly (readonly (number | null)[])[]
  readonly raw: readonly (readonly number[])[]
  readonly predicted: readonly (readonly number[])[]
  readonly contributions: readonly (readonly number[])[] | null
}
