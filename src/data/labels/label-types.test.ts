import { expect, test } from "vitest"
import type { InteractionEvent, LogEntry } from "../../core/index.ts"
import { joinLabels } from "./join-labels.ts"
import { explicitLabel, implicitLabel, viewedLabel } from "./label-makers.ts"
import { withLabelNoise } from "./label-noise.ts"
import { labelTypes } from "./label-types.ts"

const log = (...records: LogEntry["record"][]): LogEntry[] =>
  records.map((record, i) => ({ position: i + 1, time: record.timestamp as number, record }))
const shown = (id: string, timestamp: number, items: string) => ({
  ...{ id, timestamp, event: "impression" as const, system: "shop", user: "u" },
  items: [...items].map((item) => ({ id: item })),
})
const did = (timestamp: number, type: string, item: string): InteractionEvent => ({
  ...{ id: `${timestamp}${type}${item}`, timestamp, event: "interaction", type, item, user: "u" },
})

test("ways of labelling are held against a purchase: volume, noise, delay", async () => {
  const entries = log(
    shown("s", 0, "abcd"),
    did(10, "view", "a"),
    did(20, "view", "a"),
    did(30, "view", "b"),
    did(40, "save", "b"),
    did(50, "purchase", "a"),
    did(60, "view", "b"),
    did(70, "view", "c"),
    did(80, "save", "a"),
  )
  const join = joinLabels(
    (async function* () {
      yield entries
    })(),
    {
      ...{ system: "shop", windowMs: 1000, source: "impression", keepInteractions: true },
      label: explicitLabel({ type: "purchase" }),
    },
  )
  const table = labelTypes(
    {
      purchase: explicitLabel({ type: "purchase" }),
      save: implicitLabel({ save: 0.5 }),
      "viewed 2 times": viewedLabel({ times: 2 }),
      "viewed 1 time, unsure otherwise": (taken) => (taken.some(({ type }) => type === "view") ? 1 : undefined),
    },
    "purchase",
  )
  for await (const list of join) {
    expect(list.interactions!.map((taken) => taken.length)).toEqual([4, 3, 1, 0])
    table.add(list)
  }
  const round = (value: number) => Number(value.toFixed(3))
  expect(table.report().map(({ name, ...row }) => [name, ...Object.values(row).map(round)])).toEqual([
    // rows, unsure, positives, rate, noise, precision, recall, median and p90 delay
    ["purchase", 4, 0, 1, 0.25, Number.NaN, 1, 1, 50, 50],
    ["save", 4, 0, 2, 0.5, 0.25, 0.5, 1, 80, 80],
    ["viewed 2 times", 4, 0, 2, 0.5, 0.25, 0.5, 1, 60, 60],
    ["viewed 1 time, unsure otherwise", 3, 1, 3, 1, 0.667, 0.333, 1, 30, 70],
  ])
  expect([...table.labelsOf("save")]).toEqual([0.5, 0.5, 0, 0])
  expect(() => table.labelsOf("like")).toThrow("a label type among purchase, save")
  expect(() => labelTypes({ a: () => 1 }, "b")).toThrow("a label type among a")
})

test.each([
  { kind: "both" as const, rate: 1, expected: [1, 0, 0.5, Number.NaN] },
  { kind: "positives" as const, rate: 1, expected: [0, 0, 0.5, Number.NaN] },
  { kind: "negatives" as const, rate: 1, expected: [1, 1, 0.5, Number.NaN] },
  { kind: "both" as const, rate: 0, expected: [0, 1, 0.5, Number.NaN] },
])("noise in $kind at rate $rate", ({ kind, rate, expected }) => {
  expect([...withLabelNoise([0, 1, 0.5, Number.NaN], rate, { seed: 1, kind })]).toEqual(expected)
})

test("noise turns its share of labels, by the seed", () => {
  const labels = new Float32Array(20_000)
  const turned = (seed: number) => withLabelNoise(labels, 0.2, { seed })
  expect(turned(1).reduce((sum, label) => sum + label, 0) / labels.length).toBeCloseTo(0.2, 2)
  expect(turned(1)).toEqual(turned(1))
  expect(turned(1)).not.toEqual(turned(2))
  expect(() => withLabelNoise(labels, 1.5, { seed: 1 })).toThrow("a rate in [0, 1]")
})
