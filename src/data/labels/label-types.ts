import { type InteractionEvent, unknownName } from "../../core/index.ts"
import type { LabelledList } from "./join-labels.ts"
import type { LabelMaker } from "./label-makers.ts"

/** What one way of labelling gives, and at what price. */
export interface LabelTypeReport {
  readonly name: string
  /** Shown items that it labels, and those it says nothing about. */
  readonly rows: number
  readonly unsure: number
  /** Rows with a label above 0, and their share of `rows`. */
  readonly positives: number
  readonly rate: number
  /** Share of rows labelled by both where one says yes and the other no; NaN for the reference itself. */
  readonly noise: number
  /** Share of its positives that the reference calls so, and share of the reference's that it finds. */
  readonly precision: number
  readonly recall: number
  /** From being shown to the action that made a positive one, milliseconds; NaN without positives. */
  readonly medianDelayMs: number
  readonly p90DelayMs: number
}

/**
 * Compares ways of labelling the same lists: how many labels each gives, how often it contradicts a reference, and how long one waits for it.
 * Feed it every list of a join that keeps interactions; what a model makes of the labels is measured by training on {@link LabelTypes.labelsOf}.
 */
export interface LabelTypes {
  /** Takes a list of a join with `keepInteractions`. */
  add(list: LabelledList): void
  report(): LabelTypeReport[]
  /** Labels of all rows so far in order, by that type; NaN = unsure. @throws {@link NotFound} on another name */
  labelsOf(name: string): Float32Array
}

/**
 * @param types - ways of labelling by name: `{ purchase: explicitLabel(...), save: ..., "viewed 3 times": viewedLabel({ times: 3 }) }`
 * @param reference - the name of the one that the others are held against
 */
export function labelTypes(types: Readonly<Record<string, LabelMaker>>, reference: string): LabelTypes {
  if (!(reference in types)) throw unknownName("labelTypes", "label type", reference, Object.keys(types))
  const columns = Object.entries(types).map(([name, label]) => ({ name, label, labels: [] as number[], delays: [] as number[] }))
  const find = (name: string) => {
    const found = columns.find((column) => column.name === name)
    if (found === undefined) throw unknownName("labelTypes", "label type", name, Object.keys(types))
    return found
  }
  return {
    add({ items, interactions, time }) {
      for (let i = 0; i < items.length; i++) {
        const taken = interactions?.[i] ?? []
        for (const { label, labels, delays } of columns) {
          const value = label(taken) ?? Number.NaN
          labels.push(value)
          if (value > 0) delays.push(decidedAt(taken, label, value) - time)
        }
      }
    },
    labelsOf: (name) => Float32Array.from(find(name).labels),
    report: () => columns.map((column) => reportOf(column, find(reference))),
  }
}

interface Column {
  readonly name: string
  readonly labels: readonly number[]
  readonly delays: readonly number[]
}

function reportOf({ name, labels, delays }: Column, reference: Column): LabelTypeReport {
  let [rows, positives, both, disagree, agree, theirs] = [0, 0, 0, 0, 0, 0]
  let judged = 0
  for (let row = 0; row < labels.length; row++) {
    const [own, other] = [labels[row]!, reference.labels[row]!]
    if (Number.isNaN(own)) continue
    rows++
    if (own > 0) positives++
    if (Number.isNaN(other)) continue
    both++
    if (own > 0) judged++
    if (other > 0) theirs++
    if (own > 0 !== other > 0) disagree++
    else if (own > 0) agree++
  }
  const sorted = Float64Array.from(delays).sort()
  const at = (share: number) => (sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!)
  return {
    ...{ name, rows, unsure: labels.length - rows, positives, rate: positives / rows },
    noise: name === reference.name ? Number.NaN : disagree / both,
    ...{ precision: agree / judged, recall: agree / theirs, medianDelayMs: at(0.5), p90DelayMs: at(0.9) },
  }
}

/** The time of the first action with which the label was what it is in the end. */
function decidedAt(taken: readonly InteractionEvent[], label: LabelMaker, value: number): number {
  for (let count = 1; count < taken.length; count++) {
    if (label(taken.slice(0, count)) === value) return taken[count - 1]!.timestamp as number
  }
  return taken.at(-1)!.timestamp as number
}
