import { expect, test } from "vitest"
import type { InteractionEvent } from "../../core/index.ts"
import { explicitLabel, gradedLabel, implicitLabel, type LabelMaker, viewedLabel, watchLabel } from "./label-makers.ts"

/** `"click watch=0.4"` as interactions. */
const did = (text: string): InteractionEvent[] =>
  text.split(" ").flatMap((part, i) => {
    const [type, value] = part.split("=")
    if (type === "") return []
    const event = { id: `e${i}`, timestamp: i, event: "interaction" as const, item: "a", type: type! }
    return [value === undefined ? event : { ...event, value: Number(value) }]
  })

const ladder = [
  { type: "click", grade: 1 },
  { type: "watch", from: 0.8, grade: 2 },
  { type: "like", grade: 3 },
]
const cases: readonly {
  readonly maker: string
  readonly label: LabelMaker
  readonly expected: Readonly<Record<string, number | undefined>>
}[] = [
  {
    maker: "a purchase that may be returned",
    label: explicitLabel({ type: "purchase", undo: "return" }),
    expected: { "": 0, click: 0, "click purchase": 1, "purchase return": 0, "purchase return purchase": 1 },
  },
  {
    maker: "a rating, 3 to 4 unsure",
    label: explicitLabel({ type: "rating", from: 4, below: 3 }),
    expected: { "": 0, "rating=4": 1, "rating=2.5": 0, "rating=3": undefined, "rating=3 rating=5": 1, rating: 0 },
  },
  {
    maker: "weighted hints",
    label: implicitLabel({ purchase: 1, save: 0.4, click: 0.1 }),
    expected: { "": 0, scroll: 0, "click save": 0.4, "save click": 0.4, "click purchase save": 1 },
  },
  { maker: "viewed three times", label: viewedLabel({ times: 3 }), expected: { "": 0, "view view": 0, "view click view view": 1 } },
  {
    maker: "a ladder with a veto",
    label: gradedLabel(ladder, { veto: "hide" }),
    expected: { "": 0, click: 1, "click watch=0.5": 1, "click watch=0.9": 2, "like click": 3, "like hide": 0, watch: 0 },
  },
  {
    maker: "watched, unsure between a fifth and four fifths",
    label: watchLabel({ yes: 0.8, no: 0.2 }),
    expected: {
      "": 0,
      click: 0,
      "watch=0.8": 1,
      "watch=0.2": 0,
      "watch=0.5": undefined,
      "watch=0.1 watch=0.9": 1,
      "watch=0.9 watch=0.1": 1,
    },
  },
  {
    maker: "watched, unsure of what was never played",
    label: watchLabel({ yes: 0.8, no: 0.2, unplayed: undefined }),
    expected: { click: undefined, "watch=0": 0 },
  },
]

test.each(
  cases.flatMap(({ maker, label, expected }) => Object.entries(expected).map(([events, value]) => ({ maker, label, events, value }))),
)("$maker: '$events' is $value", ({ label, events, value }) => expect(label(did(events))).toBe(value))

test.each([
  { name: "no above yes", make: () => watchLabel({ yes: 0.2, no: 0.8 }), message: "0 <= no <= yes <= 1" },
  { name: "below above from", make: () => explicitLabel({ type: "rating", from: 3, below: 4 }), message: "below at most from" },
  { name: "a weight above 1", make: () => implicitLabel({ save: 2 }), message: "save: 2" },
  { name: "a rung of grade 0", make: () => gradedLabel([{ type: "click", grade: 0 }]), message: "grades above 0" },
  { name: "no views", make: () => viewedLabel({ times: 0 }), message: "views from 1" },
])("refused: $name", ({ make, message }) => expect(make).toThrow(message))
