import { expect, test } from "vitest"
import { createIdTable, matrixFrom } from "../core/index.ts"
import {
  compareServed,
  type FeatureFactory,
  type FeatureRequest,
  families,
  type MismatchCause,
  mismatchCause,
  type RequestRows,
} from "./index.ts"
import { everyFamily, everySet, replayWorld, type ServedWorld, serveWorld } from "./parity-world.test.helper.ts"

const HOUR = 3_600_000

async function compared({ log, served, set, ids }: ServedWorld, others = ids) {
  const replayed: RequestRows[] = []
  const counts = await replayWorld(log, everySet(others), others, (rows) => replayed.push(rows))
  return { counts, report: await compareServed({ columns: set.columns, served, replayed }) }
}

test("1,000 requests served amid late and out-of-order events replay from the log without one differing cell, in every family", {
  timeout: 60_000,
}, async () => {
  const world = await serveWorld(1_000)
  const { served, set, entries } = world
  expect(Object.keys(everyFamily).length).toBeGreaterThanOrEqual(Object.keys(families).length)
  const { report, counts } = await compared(world)
  expect(report).toMatchObject({ differing: 0, missing: 0, mismatches: [] })
  expect(report.rows).toBe(served.reduce((sum, request) => sum + request.ids.length, 0))
  expect(counts).toEqual({ entries, reads: 1_000 })
  expect(set.lateCount).toBeGreaterThan(50)
  const columns = set.columns.map(() => new Set<number>())
  for (const { values } of served) for (let i = 0; i < values.data.length; i++) columns[i % values.cols]!.add(values.data[i]!)
  expect(set.columns.filter((column, i) => columns[i]!.size < 2 && !/^time\.(month|weekday|weekend)$/.test(column))).toEqual([])
})

test("a replay that gives out ids anew reads the same cells", async () => {
  const { report } = await compared(await serveWorld(400), createIdTable())
  expect(report).toMatchObject({ differing: 0, missing: 0 })
})

/** The family with its values changed after they were read. */
function spoilt(family: FeatureFactory, change: (value: number) => number): FeatureFactory {
  return (binding) => {
    const made = family(binding)
    return {
      ...made,
      read(tables, request, list, out, firstColumn) {
        made.read(tables, request, list, out, firstColumn)
        for (let row = 0; row < list.size; row++) {
          for (let column = firstColumn; column < firstColumn + made.columns.length; column++) {
            out.data[row * out.cols + column] = change(out.data[row * out.cols + column]!)
          }
        }
      },
    }
  }
}

/** The family as it reads on a clock that is ahead. */
function ahead(family: FeatureFactory, hours: number): FeatureFactory {
  return (binding) => {
    const made = family(binding)
    const shifted = (request: FeatureRequest) => ({ ...request, now: request.now + hours * HOUR })
    return { ...made, read: (tables, request, ...rest) => made.read(tables, shifted(request), ...rest) }
  }
}

/** The family over counters that miss one event in four. */
function stale(family: FeatureFactory): FeatureFactory {
  return (binding) => {
    const made = family(binding)
    const states = made.states.map((state) => ({
      ...state,
      observe: (...[event, tables]: Parameters<typeof state.observe>) =>
        event.position % 4 === 1 ? undefined : state.observe(event, tables),
    }))
    return { ...made, states }
  }
}

interface Fault {
  readonly name: string
  readonly exchanged: Readonly<Record<string, FeatureFactory>>
  readonly features: readonly string[]
  readonly cause: MismatchCause
}

test.each<Fault>([
  {
    name: "a unit that changed in serving, hours for days",
    exchanged: { age: spoilt(everyFamily.age!, (days) => days * 24) },
    features: ["released.ageDays"],
    cause: { kind: "unit", factor: 24 },
  },
  {
    name: "a clock in another time zone",
    exchanged: { localTime: ahead(everyFamily.localTime!, 2) },
    features: ["time.hour"],
    cause: { kind: "shift", by: 2 },
  },
  {
    name: "missing values read as zero",
    exchanged: { price: spoilt(everyFamily.price!, (price) => (Number.isNaN(price) ? 0 : price)) },
    features: ["price"],
    cause: { kind: "missing read as a number", value: 0 },
  },
  {
    name: "a counter that misses updates",
    exchanged: { likes: stale(everyFamily.likes!) },
    features: ["item.like.1d", "item.like.1h"],
    cause: { kind: "behind" },
  },
])("$name: found and named, with its rate, its first row and its cause", async ({ exchanged, features, cause }) => {
  const world = await serveWorld(400, (ids) => everySet(ids, exchanged))
  const { report } = await compared(world)
  const found = report.mismatches.find(({ feature }) => feature === features[0])!
  expect(report.mismatches.map(({ feature }) => feature).toSorted()).toEqual(features.toSorted())
  expect(found.cause).toEqual(cause)
  expect(found.explanation.length).toBeGreaterThan(20)
  expect(found.rate).toBeGreaterThan(0.005)
  const request = world.served.find(({ requestId }) => requestId === found.first.requestId)!
  const row = [...(request.ids as Uint32Array)].indexOf(found.first.id)
  expect(request.values.data[row * request.values.cols + world.set.columns.indexOf(found.feature)]).toBe(found.first.served)
  const before = world.served.slice(0, world.served.indexOf(request))
  expect(report.mismatches[0]!.cells).toBeLessThanOrEqual(report.rows - before.length)
})

test.each<{ name: string; cells: readonly (readonly [served: number, replayed: number])[]; cause: MismatchCause }>([
  {
    name: "one unit",
    cells: [
      [24, 1],
      [48, 2],
      [-12, -0.5],
    ],
    cause: { kind: "unit", factor: 24 },
  },
  {
    name: "a shift",
    cells: [
      [5, 3],
      [9, 7],
      [2, 0],
    ],
    cause: { kind: "shift", by: 2 },
  },
  {
    name: "a shift around the clock",
    cells: [
      [1, 23],
      [5, 3],
      [0, 22],
    ],
    cause: { kind: "shift", by: 2 },
  },
  { name: "zeros for nothing", cells: [[0, Number.NaN]], cause: { kind: "missing read as a number", value: 0 } },
  { name: "nothing for numbers", cells: [[Number.NaN, 3]], cause: { kind: "number read as missing" } },
  {
    name: "too small",
    cells: [
      [1, 4],
      [0, 1],
      [7, 8.5],
    ],
    cause: { kind: "behind" },
  },
  {
    name: "too large",
    cells: [
      [4, 1],
      [1, 0],
      [8.5, 7],
    ],
    cause: { kind: "ahead" },
  },
  {
    name: "neither",
    cells: [
      [4, 1],
      [0, 3],
      [8.5, 7],
    ],
    cause: { kind: "unexplained" },
  },
])("cause by hand: $name", ({ cells, cause }) => {
  expect(mismatchCause(cells.map(([served, replayed]) => ({ served, replayed })))).toEqual(cause)
})

test("a count that is one too small now and then is behind, not shifted; one that is so everywhere is shifted", () => {
  const cells = [1, 2, 3, 4].map((served) => ({ served, replayed: served + 1 }))
  expect(mismatchCause(cells, { equal: 0.5, equalNonZero: 0.4 })).toEqual({ kind: "behind" })
  expect(mismatchCause(cells)).toEqual({ kind: "shift", by: -1 })
})

test("rows are matched by request and item; what one side lacks is counted", async () => {
  const rows = (requestId: string, ids: number[], values: number[][]): RequestRows => ({ requestId, ids, values: matrixFrom(values) })
  const missing = Number.NaN
  const report = await compareServed({
    columns: ["a", "b"],
    served: [
      rows(
        "r1",
        [1, 2],
        [
          [1, missing],
          [2, 5],
        ],
      ),
      rows("r2", [1], [[0, 0]]),
    ],
    replayed: [
      rows("r3", [9], [[0, 0]]),
      rows(
        "r1",
        [2, 1, 7],
        [
          [2, 6],
          [1, missing],
          [0, 0],
        ],
      ),
    ],
  })
  expect(report).toMatchObject({
    rows: 2,
    cells: 4,
    differing: 1,
    missing: 3,
    mismatches: [{ feature: "b", cells: 1, rate: 0.5, first: { requestId: "r1", id: 2, served: 5, replayed: 6 } }],
  })
  await expect(compareServed({ columns: ["a"], served: [rows("r1", [1], [[1, 2]])], replayed: [] })).rejects.toThrow(
    /request r1: expected 1 columns, came 2/,
  )
})
