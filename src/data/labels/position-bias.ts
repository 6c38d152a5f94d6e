import { InvalidArgument } from "../../core/index.ts"

/** What was shown where and whether it was clicked. Columns run in parallel; NaN clicks are left out. */
export interface ClickLog {
  /** Place on the page, from 0. */
  readonly places: ArrayLike<number>
  /** 0 or 1. */
  readonly clicks: ArrayLike<number>
}

/** How likely a place is looked at beside the first, with a 95 % interval where it was counted. */
export interface PositionBias {
  /** Relative to place 0, which has 1; NaN for a place never shown. Shape `[places]`. */
  readonly examination: Float64Array
  readonly low?: Float64Array
  readonly high?: Float64Array
}

/**
 * Reads position bias off pages whose order was drawn at random: as what is shown does not depend on the place there, click rates differ by
 * how places are looked at alone.
 *
 * The interval is that of a ratio of two proportions (log scale).
 * @param log - rows of evenly drawn pages alone
 * @throws {@link InvalidArgument} when the first place has no click, for the others are relative to it
 * @see Joachims, Swaminathan & Schnabel 2017, doi:10.1145/3018661.3018699, section 5
 */
export function positionBiasFromRandom({ places, clicks }: ClickLog): Required<PositionBias> {
  const { shown, clicked } = countPlaces(places, clicks)
  if (!(clicked[0]! > 0)) {
    throw new InvalidArgument("positionBiasFromRandom", "clicks at the first place", "none", "Collect more evenly drawn pages.")
  }
  const first = clicked[0]! / shown[0]!
  const examination = shown.map((count, place) => clicked[place]! / count / first)
  const spread = shown.map((count, place) =>
    place === 0 ? 0 : 1.96 * Math.sqrt((1 - clicked[place]! / count) / clicked[place]! + (1 - first) / clicked[0]!),
  )
  return {
    examination,
    low: examination.map((value, place) => (clicked[place] === 0 ? 0 : value * Math.exp(-spread[place]!))),
    high: examination.map((value, place) => (clicked[place] === 0 ? Number.POSITIVE_INFINITY : value * Math.exp(spread[place]!))),
  }
}

/** How the expectation-maximisation runs. */
export interface PositionEmOptions {
  /** Stops after so many rounds, or when no examination changes by more than 1e-6; 2,000 without. */
  readonly iterations?: number
  /**
   * Clicks and shows that every thing is given beforehand, at the mean rate, so that what was shown twice is not taken for sure; 1 without.
   */
  readonly smoothing?: number
}

/** A position-based click model: examined with a chance of the place, attractive with a chance of the thing, clicked when both. */
export interface PositionModel extends PositionBias {
  /** Chance of a click when looked at, for each thing, times that of looking at place 0; shape `[things]`. */
  readonly attraction: Float64Array
  readonly logLikelihood: number
  readonly iterations: number
}

/**
 * Estimates position bias from ordinary click logs by expectation-maximisation: things that were shown at several places tell how much the
 * place does. Needs such things: where each always stands at its own place, nothing can be told apart.
 *
 * @param things - what was shown, from 0: an item, or an item for a query; shape `[n]`
 * @see Richardson, Dominowska & Ragno 2007, doi:10.1145/1242572.1242643; Chuklin, Markov & de Rijke 2015, Click Models for Web Search, 4.3
 */
export function positionBiasByEm(log: ClickLog & { readonly things: ArrayLike<number> }, options: PositionEmOptions = {}): PositionModel {
  const { iterations = 2000, smoothing = 1 } = options
  const cells = gather(log)
  const { placeCount, thingCount, rate } = cells
  let examination = new Float64Array(placeCount).fill(0.5)
  let attraction = new Float64Array(thingCount).fill(rate)
  let [round, change] = [0, Number.POSITIVE_INFINITY]
  while (round < iterations && change > 1e-6) {
    const looked = new Float64Array(placeCount)
    const shown = new Float64Array(placeCount)
    const liked = new Float64Array(thingCount).fill(smoothing * rate)
    const offered = new Float64Array(thingCount).fill(smoothing)
    for (let i = 0; i < cells.place.length; i++) {
      const [k, thing, n, c] = [cells.place[i]!, cells.thing[i]!, cells.shows[i]!, cells.clicks[i]!]
      const [e, a] = [examination[k]!, attraction[thing]!]
      const none = 1 - e * a
      // A click says both; without one, either may still have been so.
      looked[k]! += c + ((n - c) * e * (1 - a)) / none
      liked[thing]! += c + ((n - c) * a * (1 - e)) / none
      shown[k]! += n
      offered[thing]! += n
    }
    const next = looked.map((sum, k) => clamp(sum / shown[k]!))
    change = next.reduce((most, value, k) => Math.max(most, Math.abs(value - examination[k]!) || 0), 0)
    examination = next
    attraction = liked.map((sum, thing) => clamp(sum / offered[thing]!))
    round++
  }
  let logLikelihood = 0
  for (let i = 0; i < cells.place.length; i++) {
    const p = examination[cells.place[i]!]! * attraction[cells.thing[i]!]!
    logLikelihood += cells.clicks[i]! * Math.log(p) + (cells.shows[i]! - cells.clicks[i]!) * Math.log1p(-p)
  }
  const first = examination[0]!
  return {
    examination: examination.map((value) => value / first),
    attraction: attraction.map((value) => value * first),
    logLikelihood,
    iterations: round,
  }
}

/**
 * Weights that undo position bias in what was clicked: `1 / examination`, 1 for what was not. With them a sum over clicks estimates what it would
 * be if everything had been looked at.
 *
 * @param cap - largest weight: a little bias for much less variance; 10 without
 */
export function positionWeights({ places, clicks }: ClickLog, { examination }: PositionBias, cap = 10): Float32Array {
  return Float32Array.from({ length: places.length }, (_, row) => {
    if (!(clicks[row]! > 0)) return 1
    const seen = examination[places[row]!]
    if (seen === undefined || !(seen > 0)) {
      throw new InvalidArgument(
        "positionWeights",
        "an examination above 0 for each place",
        `${seen} at ${places[row]}`,
        "Measure it first.",
      )
    }
    return Math.min(cap, 1 / seen)
  })
}

/**
 * What a missing click says: the chance that the thing is attractive all the same, `a (1 - e) / (1 - e a)`; 1 for a click. Labels for models that
 * take shares and no negative weights.
 *
 * @param attraction - chance of a click when looked at, row by row, of an earlier model or {@link PositionModel.attraction}; shape `[n]`
 */
export function attractionLabels({ places, clicks }: ClickLog, { examination }: PositionBias, attraction: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: places.length }, (_, row) => {
    if (Number.isNaN(clicks[row]!)) return Number.NaN
    if (clicks[row]! > 0) return 1
    const [e, a] = [Math.min(1, examination[places[row]!]!), attraction[row]!]
    return (a * (1 - e)) / (1 - e * a)
  })
}

const clamp = (share: number) => Math.min(1 - 1e-9, Math.max(1e-9, share))

function countPlaces(places: ArrayLike<number>, clicks: ArrayLike<number>) {
  let placeCount = 0
  for (let row = 0; row < places.length; row++) placeCount = Math.max(placeCount, places[row]! + 1)
  const shown = new Float64Array(placeCount)
  const clicked = new Float64Array(placeCount)
  for (let row = 0; row < places.length; row++) {
    if (Number.isNaN(clicks[row]!)) continue
    shown[places[row]!]! += 1
    clicked[places[row]!]! += clicks[row]! > 0 ? 1 : 0
  }
  return { shown, clicked }
}

/** Rows of one thing at one place together: the rounds go over these. */
function gather({ places, clicks, things }: ClickLog & { readonly things: ArrayLike<number> }) {
  let [placeCount, thingCount, rows, total] = [0, 0, 0, 0]
  for (let row = 0; row < places.length; row++) {
    placeCount = Math.max(placeCount, places[row]! + 1)
    thingCount = Math.max(thingCount, things[row]! + 1)
  }
  const cellOf = new Map<number, number>()
  const [place, thing, shows, clicked]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let row = 0; row < places.length; row++) {
    if (Number.isNaN(clicks[row]!)) continue
    const key = things[row]! * placeCount + places[row]!
    let cell = cellOf.get(key)
    if (cell === undefined) {
      cell = place.length
      cellOf.set(key, cell)
      place.push(places[row]!)
      thing.push(things[row]!)
      shows.push(0)
      clicked.push(0)
    }
    shows[cell]! += 1
    clicked[cell]! += clicks[row]! > 0 ? 1 : 0
    rows++
    total += clicks[row]! > 0 ? 1 : 0
  }
  if (!(total > 0)) throw new InvalidArgument("positionBiasByEm", "a log with clicks", `${rows} rows without`, "Collect more first.")
  return { place, thing, shows, clicks: clicked, placeCount, thingCount, rate: total / rows }
}
