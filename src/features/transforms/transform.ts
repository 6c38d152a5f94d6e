import type { Estimator, FitOptions, Matrix, Transformer } from "../../core/index.ts"

/** What a step learns from: training rows alone, shape `[n, d]`, NaN = missing; labels, shape `[n]`, for those that look at the target. */
export interface TransformData {
  readonly rows: Matrix
  readonly labels?: ArrayLike<number>
}

/** A fitted step: rows `[n, d]` to `[n, d']`, each row by itself, so that one row online and a table offline get the same values. */
export interface FittedTransform extends Transformer {
  /** Width of the rows it takes. */
  readonly inputs: number
  /** Names of what comes out of columns with these names; `valueName` says how a category's code reads. */
  columns(names: readonly string[], valueName?: ValueName): readonly string[]
}

/** What a code of an input column stands for, such as `red`. */
export type ValueName = (column: number, code: number) => string

/** One step of preprocessing. It keeps only its config; what it learnt is a {@link FittedTransform}. */
export interface TransformStep extends Estimator<TransformData, FittedTransform> {
  readonly kind: string
  /**
   * Fits, and gives the training rows as a model may train on them. Only steps that look at the labels need it: their values for a training
   * row must come from other rows. The default is `fit`, then `transform`.
   */
  fitTransform?(data: TransformData, options: FitOptions): Promise<Trained>
}

/** What {@link TransformStep.fitTransform} gives. */
export interface Trained {
  readonly fitted: FittedTransform
  readonly rows: Matrix
}

/** `fitTransform` of a step, or its default. */
export async function fitStep(step: TransformStep, data: TransformData, options: FitOptions): Promise<Trained> {
  if (step.fitTransform !== undefined) return step.fitTransform(data, options)
  const fitted = await step.fit(data, options)
  return { fitted, rows: fitted.transform(data.rows) }
}
