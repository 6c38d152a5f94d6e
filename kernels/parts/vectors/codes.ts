// int8 codes: number j of a row is centre[j] + step[j] * code. A query is multiplied by the steps and kept as i16, so that only the rows
// lose precision; what is the same for every row is left out of a rough score.

import { productOf } from "./score"
import { bias, codeAt, codeWidth, EUCLIDEAN, metric, queryCodes, rows, setQueryUnit, width } from "./table"

let centre: usize = 0
let step: usize = 0
let most: f32 = 0

/** `most_` is the largest i16 for which no sum over a row can pass an i32. */
export function bindSteps(centre_: usize, step_: usize, most_: f32): void { centre = centre_; step = step_; most = most_ }

/** Codes (and, for distances, biases) of slots [begin, end). */
export function encodeRows(begin: i32, end: i32, count: i32): void {
  for (let slot = begin; slot < end; slot++) encodeRow(rows + ((<usize>slot * width) << 2), codeAt(slot), slot, count)
}

/** Codes of one row of `count` numbers. */
export function encodeRow(row: usize, code: usize, slot: i32, count: i32): void {
  let squares: f32 = 0
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2
    const unit = load<f32>(step + at)
    const value = unit > 0 ? max<f32>(-127, min<f32>(127, nearest((load<f32>(row + at) - load<f32>(centre + at)) / unit))) : 0
    store<i8>(code + j, <i8>value)
    squares += value * unit * value * unit
  }
  if (bias != 0) store<f32>(bias + (<usize>slot << 2), -squares)
}

/** The query's codes from f32 numbers at `from`. */
export function encodeQuery(from: usize, count: i32): void {
  let largest: f32 = 0
  const shift = metric == EUCLIDEAN
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2
    largest = max<f32>(largest, abs((load<f32>(from + at) - (shift ? load<f32>(centre + at) : 0)) * load<f32>(step + at)))
  }
  const scale: f32 = largest > 0 ? most / largest : 0
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2
    const value = (load<f32>(from + at) - (shift ? load<f32>(centre + at) : 0)) * load<f32>(step + at)
    store<i16>(queryCodes + (<usize>j << 1), <i16>nearest(value * scale))
  }
  const unit: f32 = scale > 0 ? 1 / scale : 0
  setQueryUnit(shift ? 2 * unit : unit)
}

let weights: usize = 0
/** Where a pair's first row stands, as i16; and the unit of a pair's products. */
export let pairCodes: usize = 0
export let pairUnit: f32 = 0

/** `weights_` holds the squared steps as i16, in units of `unit`: rows of codes are then compared with each other. */
export function bindPairs(weights_: usize, pairCodes_: usize, unit: f32): void {
  weights = weights_; pairCodes = pairCodes_; pairUnit = metric == EUCLIDEAN ? 2 * unit : unit
}

/** Codes of a slot times the squared steps, as i16. */
export function preparePair(slot: i32, to: usize): void {
  let code = codeAt(slot), weight = weights
  const end = code + codeWidth
  for (; code < end; code += 8, weight += 16, to += 16) v128.store(to, v128.mul<i16>(v128.load_ext<i8>(code), v128.load(weight)))
}

// @ts-ignore: decorator
@inline export function biasOf(slot: i32): f32 { return bias == 0 ? 0 : load<f32>(bias + (<usize>slot << 2)) }

/** How near two slots are by their codes; `numbers` are those of the first. What centring leaves out is the same for every pair with it. */
// @ts-ignore: decorator
@inline export function pairScore(numbers: usize, first: i32, second: i32): f32 {
  return <f32>productOf(numbers, codeAt(second)) * pairUnit + biasOf(first) + biasOf(second)
}
