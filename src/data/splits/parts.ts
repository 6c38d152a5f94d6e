import type { Estimator, FitOptions } from "../../core/index.ts"
import type { Split } from "./split.ts"
import { type TestLedger, testLedger } from "./test-ledger.ts"

/** What models are fitted on, and nothing else is: {@link fitOn} takes no other part. */
export interface TrainPart<Data> {
  readonly part: "train"
  readonly rows: Uint32Array
  readonly data: Data
}

/** What hyper-parameters and stopping are chosen on. */
export interface ValidationPart<Data> {
  readonly part: "validation"
  readonly rows: Uint32Array
  readonly data: Data
}

/** What a finished release is measured on: its data cannot be reached but by opening it, which is written down. */
export interface TestPart<Data> {
  readonly part: "test"
  readonly count: number
  readonly ledger: TestLedger
  /**
   * The data, once for each release.
   *
   * @throws {@link Conflict} when that release was tested before: what it says then has been looked at, and choosing by it is training on it
   */
  open(opening: { readonly release: string; readonly now: number }): Data
}

/** Data in three parts with a type each. */
export interface Parts<Data> {
  readonly train: TrainPart<Data>
  readonly validation: ValidationPart<Data>
  readonly test: TestPart<Data>
}

/**
 * Data cut by a split. The test part is not even taken out before it is opened.
 *
 * @param take - the data of some rows: called for train and validation at once, for test when it is opened
 * @param ledger - where openings are written down; a new one when absent. Keep it with the data set, for every look wears the test part out
 */
export function partsOf<Data>(split: Split, take: (rows: Uint32Array) => Data, ledger: TestLedger = testLedger()): Parts<Data> {
  return {
    train: { part: "train", rows: split.train, data: take(split.train) },
    validation: { part: "validation", rows: split.validation, data: take(split.validation) },
    test: {
      part: "test",
      count: split.test.length,
      ledger,
      open(opening) {
        ledger.note(opening)
        return take(split.test)
      },
    },
  }
}

/** Fits on the train part. Handing over validation, test or data that was never split does not compile. */
export function fitOn<Data, Model>(estimator: Estimator<Data, Model>, train: TrainPart<Data>, options: FitOptions): Promise<Model> {
  return estimator.fit(train.data, options)
}
