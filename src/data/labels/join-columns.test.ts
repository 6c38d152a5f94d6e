import fc from "fast-check"
import { expect, test } from "vitest"
import { joinColumns, joinColumnsBytes, type PairColumns } from "./join-columns.ts"

type Row = readonly [user: number, item: number, time: number]
const columns = (rows: readonly Row[]): PairColumns => ({
  users: Uint32Array.from(rows, ([user]) => user),
  items: Uint32Array.from(rows, ([, item]) => item),
  times: Float64Array.from(rows, ([, , time]) => time),
})
const join = (shown: readonly Row[], actions: readonly Row[], windowMs = 100) => joinColumns(columns(shown), columns(actions), { windowMs })

test.each<{ name: string; shown: Row[]; actions: Row[]; labels: number[]; rows: number[] }>([
  {
    name: "to what was shown to that user",
    shown: [
      [1, 7, 0],
      [2, 7, 0],
    ],
    actions: [[2, 7, 50]],
    labels: [0, 1],
    rows: [1],
  },
  {
    name: "at the window's end, not after it",
    shown: [[1, 7, 0]],
    actions: [
      [1, 7, 100],
      [1, 7, 101],
    ],
    labels: [1],
    rows: [0, -1],
  },
  { name: "not before it was shown", shown: [[1, 7, 10]], actions: [[1, 7, 9]], labels: [0], rows: [-1] },
  {
    name: "to the newest of two",
    shown: [
      [1, 7, 0],
      [1, 7, 20],
    ],
    actions: [
      [1, 7, 30],
      [1, 7, 19],
    ],
    labels: [1, 1],
    rows: [1, 0],
  },
  {
    name: "of equal times to the last row",
    shown: [
      [1, 7, 5],
      [1, 7, 5],
    ],
    actions: [[1, 7, 5]],
    labels: [0, 1],
    rows: [1],
  },
  {
    name: "in any order of rows",
    shown: [
      [1, 7, 60],
      [1, 7, 0],
    ],
    actions: [
      [1, 7, 50],
      [1, 7, 70],
    ],
    labels: [1, 1],
    rows: [1, 0],
  },
  {
    name: "each of several",
    shown: [[1, 7, 0]],
    actions: [
      [1, 7, 1],
      [1, 7, 1],
      [1, 8, 1],
    ],
    labels: [2],
    rows: [0, 0, -1],
  },
  { name: "of nothing", shown: [[1, 7, 0]], actions: [], labels: [0], rows: [] },
])("an action belongs $name", ({ shown, actions, labels, rows }) => {
  const joined = join(shown, actions)
  expect([[...joined.labels], [...joined.shownRow]]).toEqual([labels, rows])
  expect(joined.attributed).toBe(rows.filter((row) => row >= 0).length)
})

test("property: the same as looking at every pair", () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 300 }))
  const rows = fc.array(row, { maxLength: 60 })
  fc.assert(
    fc.property(rows, rows, (shown, actions) => {
      const expected = actions.map(([user, item, time]) => {
        let best = -1
        for (const [i, [who, what, at]] of shown.entries()) {
          const fits = who === user && what === item && at <= time && time - at <= 100
          if (fits && (best < 0 || at >= shown[best]![2])) best = i
        }
        return best
      })
      const { shownRow, labels } = join(shown, actions)
      expect([...shownRow]).toEqual(expected)
      expect([...labels]).toEqual(shown.map((_, i) => expected.filter((other) => other === i).length))
    }),
  )
})

test("many actions on one pair stay quick; too much memory and odd columns are refused", () => {
  const shown = Array.from({ length: 50_000 }, (_, i): Row => [1, 1, i])
  const started = performance.now()
  expect(join(shown, shown).attributed).toBe(50_000)
  expect(performance.now() - started).toBeLessThan(2000)
  expect(joinColumnsBytes(10e6, 1e6)).toBeLessThan(205e6)
  expect(() => joinColumns(columns(shown), columns([[1, 1, 1]]), { windowMs: 1, maxBytes: 1000 })).toThrow("at most 1000 bytes")
  expect(() => joinColumns({ ...columns(shown), users: new Uint32Array(1) }, columns([]), { windowMs: 1 })).toThrow(
    "shown columns of one length",
  )
  expect(() => join([], [], -1)).toThrow("windowMs of at least 0")
})
