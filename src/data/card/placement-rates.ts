import type { LabelledList } from "../labels/index.ts"

/** Last places of the rows that a page shows, from 1: each of the first ten by itself, then wider. */
const EDGES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50, Number.POSITIVE_INFINITY] as const

/** What came of what was shown in one placement. */
export interface PlacementRates extends ClickRate {
  /** `(none)` where a list says none. */
  readonly placement: string
  readonly lists: number
  /** By place in the list; rows nobody was shown are left out. */
  readonly places: readonly (ClickRate & { readonly from: number; readonly to: number | null })[]
}

export interface ClickRate {
  /** Items seen, and those of them that were clicked. */
  readonly shown: number
  readonly clicked: number
  /** Null when nothing was shown. */
  readonly clickRate: number | null
}

/** Counts lists, items seen and clicks by placement and place. Give it every labelled list, then ask. */
export class PlacementCounts {
  readonly #of = new Map<string, { lists: number; readonly shown: number[]; readonly clicked: number[] }>()

  /** @param list - labels 1 where the item was clicked, 0 where it was not */
  see({ placement = "(none)", labels, places }: Pick<LabelledList, "placement" | "labels" | "places">): void {
    const nothing = () => EDGES.map(() => 0)
    const counts = this.#of.get(placement) ?? { lists: 0, shown: nothing(), clicked: nothing() }
    this.#of.set(placement, counts)
    counts.lists++
    for (let at = 0; at < places.length; at++) {
      const row = EDGES.findIndex((edge) => places[at]! < edge)
      counts.shown[row]!++
      if (labels[at]! > 0) counts.clicked[row]!++
    }
  }

  /** Most lists first. */
  rates(): readonly PlacementRates[] {
    const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0)
    return [...this.#of]
      .map(([placement, { lists, shown, clicked }]) => ({
        placement,
        lists,
        ...rateOf(sum(shown), sum(clicked)),
        places: EDGES.map((edge, row) => ({
          from: row === 0 ? 1 : EDGES[row - 1]! + 1,
          to: edge === Number.POSITIVE_INFINITY ? null : edge,
          ...rateOf(shown[row]!, clicked[row]!),
        })).filter((row) => row.shown > 0),
      }))
      .sort((a, b) => b.lists - a.lists || (a.placement < b.placement ? -1 : 1))
  }
}

function rateOf(shown: number, clicked: number): ClickRate {
  return { shown, clicked, clickRate: shown === 0 ? null : clicked / shown }
}
