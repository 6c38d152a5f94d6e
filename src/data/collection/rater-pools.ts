import { InvalidArgument, random } from "../../core/index.ts"
import { fleissKappa, majorityVotes, type Rating } from "./agreement.ts"

/** Who labels, and at what price. */
export interface RaterProfile {
  readonly name: string
  readonly raters: number
  /** For one judgement, in micros of the currency. */
  readonly priceMicros: number
  readonly secondsEach: number
  /** Chance of a wrong label by a trained rater, and by a beginner; in [0, 1]. */
  readonly error: number
  readonly beginnerError?: number
  /** Labels after which a beginner's extra error has halved; 0 for none to learn. */
  readonly learningLabels?: number
  /** Paid hours of training before the first label, for each rater. */
  readonly trainingHours?: number
}

/** Two pools to plan with: prices, pace and errors are assumptions to be replaced by one's own. */
export const raterProfiles = {
  crowd: { name: "crowd", raters: 200, priceMicros: 20_000, secondsEach: 15, error: 0.18, beginnerError: 0.3, learningLabels: 10 },
  specialist: {
    ...{ name: "specialist", raters: 6, priceMicros: 400_000, secondsEach: 40, error: 0.03, beginnerError: 0.2, learningLabels: 60 },
    trainingHours: 16,
  },
} as const satisfies Readonly<Record<string, RaterProfile>>

/** What a round of labelling came to. */
export interface LabellingOutcome {
  readonly ratings: readonly Rating[]
  /** The majority's label of each thing, -1 where they tied; shape `[things]`. */
  readonly labels: Int32Array
  /** Share of things labelled right; ties count as wrong. */
  readonly accuracy: number
  readonly kappa: number
  readonly judgements: number
  /** Paid in all, training included at the pool's rate for an hour of labelling. */
  readonly costMicros: number
  /** Working hours of all raters together, training included. */
  readonly hours: number
}

/**
 * Simulates a pool of raters over things whose true class is known: each thing is judged by `redundancy` different raters, who err at their own
 * rate (spread around the profile's), more as beginners. A wrong label is any of the other classes.
 *
 * @param truth - class of each thing, from 0; shape `[things]`
 */
export function simulateLabelling(
  truth: ArrayLike<number>,
  classes: number,
  profile: RaterProfile,
  { redundancy, seed }: { readonly redundancy: number; readonly seed: number },
): LabellingOutcome {
  const { raters, priceMicros, secondsEach, error, beginnerError = error, learningLabels = 0, trainingHours = 0 } = profile
  if (!(redundancy >= 1 && redundancy <= raters && classes >= 2)) {
    const came = `redundancy ${redundancy} of ${raters} raters, ${classes} classes`
    throw new InvalidArgument("simulateLabelling", "as many raters as judgements, and 2 classes", came, "Ask for fewer judgements.")
  }
  const draw = random(seed).split(`simulateLabelling ${profile.name}`)
  const skill = Float64Array.from({ length: raters }, () => Math.min(0.9, error * Math.exp(0.4 * draw.normal() - 0.08)))
  const done = new Uint32Array(raters)
  const order = Uint32Array.from({ length: raters }, (_, rater) => rater)
  const ratings: Rating[] = []
  for (let thing = 0; thing < truth.length; thing++) {
    for (let i = 0; i < redundancy; i++) {
      const j = i + draw.integer(raters - i)
      ;[order[i], order[j]] = [order[j]!, order[i]!]
      const rater = order[i]!
      const extra = learningLabels === 0 ? 0 : (beginnerError - error) * 2 ** (-done[rater]! / learningLabels)
      const isWrong = draw.next() < skill[rater]! + extra
      const label = isWrong ? (truth[thing]! + 1 + draw.integer(classes - 1)) % classes : truth[thing]!
      ratings.push({ thing, rater, label })
      done[rater]!++
    }
  }
  const labels = new Int32Array(truth.length).fill(-1)
  for (const { thing, label } of majorityVotes(ratings)) labels[thing] = label ?? -1
  const right = labels.reduce((sum, label, thing) => sum + (label === truth[thing] ? 1 : 0), 0)
  const working = done.filter((count) => count > 0).length
  const training = working * trainingHours
  return {
    ...{ ratings, labels, accuracy: right / truth.length, kappa: fleissKappa(ratings), judgements: ratings.length },
    costMicros: ratings.length * priceMicros + training * (3600 / secondsEach) * priceMicros,
    hours: (ratings.length * secondsEach) / 3600 + training,
  }
}
