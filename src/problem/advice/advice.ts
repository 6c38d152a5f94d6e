import type { Quantity } from "../quantity.ts"

/** One recommendation, with the numbers it rests on: without evidence there is no advice. */
export interface Advice {
  /** What is decided, such as `model family`. */
  readonly topic: string
  readonly choose: string
  readonly why: string
  readonly evidence: readonly Evidence[]
  /** What else was weighed, and why it lost. */
  readonly instead: readonly { readonly option: string; readonly why: string }[]
}

export interface Evidence {
  readonly name: string
  readonly quantity: Quantity
}

/** An estimate with its interval, as evaluations report them. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}
