import { fitPowerLaw, type PowerLaw } from "./power-law.ts"

/** One law of growth to be measured: how the time of `run` follows one size while the others stand. */
export interface LawToMeasure {
  /** What is timed, such as `fit logistic`. */
  readonly work: string
  /** The size that grows, such as `rows`. */
  readonly size: string
  /** Values of the size, rising; the largest should take long enough to time. */
  readonly sizes: readonly number[]
  /** The exponent that theory expects. */
  readonly theory: number
  /** Makes the work for one size ready and returns it; only the returned function is timed. */
  prepare(size: number): () => unknown
}

/** A law as measured: the fitted exponent beside the expected one, with its interval. */
export interface MeasuredLaw extends Pick<LawToMeasure, "work" | "size" | "theory"> {
  readonly law: PowerLaw
  readonly points: readonly { readonly size: number; readonly ms: number }[]
}

/** How {@link measureLaw} times. */
export interface LawTiming {
  monotonicMs(): number
  /** Rounds over all sizes; each size keeps its least disturbed time. Default 5. */
  readonly rounds?: number
  /** A call is repeated until so many milliseconds have passed, so that the clock's grain does not count. Default 5. */
  readonly leastMs?: number
  /** Called before every size; may throw to stop. */
  readonly onSize?: () => void
}

/**
 * Times one law of growth. Sizes are timed in turn, round after round, so that a slow moment of the machine does not fall on one size
 * alone; each size keeps its smallest time, which other work on the machine can only raise.
 */
export async function measureLaw(
  law: LawToMeasure,
  { monotonicMs, rounds = 5, leastMs = 5, onSize = () => {} }: LawTiming,
): Promise<MeasuredLaw> {
  const runs = law.sizes.map((size) => ({ size, run: law.prepare(size), ms: Number.POSITIVE_INFINITY }))
  for (let round = 0; round <= rounds; round++) {
    for (const one of runs) {
      onSize()
      let calls = 0
      const start = monotonicMs()
      do {
        await one.run()
        calls++
      } while (monotonicMs() - start < leastMs)
      // The first round warms up.
      if (round > 0) one.ms = Math.min(one.ms, (monotonicMs() - start) / calls)
    }
  }
  const points = runs.map(({ size, ms }) => ({ size, ms }))
  const fitted = fitPowerLaw(
    points.map(({ size }) => size),
    points.map(({ ms }) => ms),
  )
  return { work: law.work, size: law.size, theory: law.theory, law: fitted, points }
}
