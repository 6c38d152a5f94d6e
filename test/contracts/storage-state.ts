import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { random, type StateDeclaration, type StateTables } from "../../src/core/index.ts"
import type { FeatureState } from "../../src/storage/index.ts"

/** Opens feature state over one place that outlives it: `open` again is the next process. `crash` drops it without closing. */
export interface StatePlace {
  open(): Promise<FeatureState>
  /** What a killed process leaves; memory of it is lost. */
  crash(state: FeatureState): Promise<void>
}

const declarations: readonly StateDeclaration[] = [
  { kind: "counter", name: "views", key: "item", bucketMs: 1000, buckets: 2, width: 1 },
  { kind: "latest", name: "seen", key: "user", width: 700 },
  { kind: "list", name: "history", key: "user", width: 2, limit: 5 },
  { kind: "list", name: "blocked", key: "user", width: 1, limit: 3 },
]
const fixedNames = ["views", "seen"]
const listNames = ["history", "blocked"]
const limits: Readonly<Record<string, number>> = { history: 5, blocked: 3 }

/** The same state as plain Maps: the twin that the slabs must agree with. */
interface Twin {
  readonly fixed: Map<string, Map<number, number>>
  readonly lists: Map<string, Map<number, number[]>>
  position: number
}

const emptyTwin = (): Twin => ({
  fixed: new Map(fixedNames.map((name) => [name, new Map()])),
  lists: new Map(listNames.map((name) => [name, new Map()])),
  position: 0,
})
const copy = (twin: Twin): Twin => structuredClone(twin)

type Step =
  | { readonly kind: "touch" | "clear"; readonly table: string; readonly key: number; readonly value: number }
  | { readonly kind: "push" | "remove" | "drop"; readonly table: string; readonly key: number; readonly value: number }
  | { readonly kind: "checkpoint" | "begin" | "reopen" | "crash" }

const key = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 40_000 }))
const value = fc.integer({ min: 0, max: 4 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("touch" as const), table: fc.constantFrom(...fixedNames), key, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("clear" as const), table: fc.constantFrom(...fixedNames), key, value }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("push" as const), table: fc.constantFrom(...listNames), key, value }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "drop" as const), table: fc.constantFrom(...listNames), key, value }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("checkpoint" as const, "begin" as const, "reopen" as const, "crash" as const) }),
  },
)

function apply(step: Step, tables: StateTables, twin: Twin): void {
  if (!("table" in step)) return
  twin.position++
  const { table, key } = step
  switch (step.kind) {
    case "touch": {
      const page = tables.fixed(table).touch(key)
      const at = tables.fixed(table).offset(key)
      const stride = tables.fixed(table).stride
      page[at] = step.value
      page[at + stride - 1] = step.value + 0.5
      twin.fixed.get(table)!.set(key, step.value)
      break
    }
    case "clear":
      tables.fixed(table).clear(key)
      twin.fixed.get(table)!.delete(key)
      break
    case "push": {
      tables.list(table).push(key, step.value, twin.position)
      const list = [...(twin.lists.get(table)!.get(key) ?? []), step.value].slice(-limits[table]!)
      twin.lists.get(table)!.set(key, list)
      break
    }
    case "remove": {
      const list = twin.lists.get(table)!.get(key) ?? []
      const at = list.indexOf(step.value)
      expect(tables.list(table).remove(key, step.value)).toBe(at >= 0)
      const left = list.filter((_, i) => i !== at)
      if (left.length === 0) twin.lists.get(table)!.delete(key)
      else twin.lists.get(table)!.set(key, left)
      break
    }
    case "drop":
      tables.list(table).clear(key)
      twin.lists.get(table)!.delete(key)
  }
}

/** Everything in the tables, as the twin would say it. */
function dump(tables: StateTables): Pick<Twin, "fixed" | "lists"> {
  const fixed = new Map<string, Map<number, number>>()
  for (const name of fixedNames) {
    const table = tables.fixed(name)
    const rows = new Map<number, number>()
    for (let key = 0; key < table.keyEnd; key++) {
      if (!table.has(key)) continue
      const first = table.page(key)[table.offset(key)]!
      expect(table.page(key)[table.offset(key) + table.stride - 1]).toBe(first + 0.5)
      rows.set(key, first)
    }
    expect(table.size).toBe(rows.size)
    fixed.set(name, rows)
  }
  const lists = new Map<string, Map<number, number[]>>()
  for (const name of listNames) {
    const table = tables.list(name)
    const rows = new Map<number, number[]>()
    for (let key = 0; key < table.keyEnd; key++) {
      const length = table.length(key)
      if (length > 0)
        rows.set(
          key,
          Array.from({ length }, (_, i) => table.page(key)[table.start(key) + i * table.width]!),
        )
    }
    expect(table.size).toBe(rows.size)
    lists.set(name, rows)
  }
  return { fixed, lists }
}

/** What every feature state does. `place` makes a new, empty place. */
export function featureStateContract(name: string, place: () => Promise<StatePlace>): void {
  describe(`feature state contract: ${name}`, () => {
    test("starts empty at position 0; untouched rows read as zeros", async () => {
      const state = await (await place()).open()
      const { tables, position } = await state.open(declarations, "v1")
      expect(position).toBe(0)
      const views = tables.fixed("views")
      expect([views.stride, views.has(3), views.size, views.keyEnd]).toEqual([3, false, 0, 0])
      expect(Array.from(views.page(3).subarray(views.offset(3), views.offset(3) + 3))).toEqual([0, 0, 0])
      expect(tables.list("history").length(3)).toBe(0)
      expect(tables.list("history").remove(3, 1)).toBe(false)
      await state.close()
      await state.close()
    })

    test("a cleared row is zeros again when touched anew", async () => {
      const state = await (await place()).open()
      const { tables } = await state.open(declarations, "v1")
      const views = tables.fixed("views")
      views.touch(7)[views.offset(7) + 1] = 5
      views.clear(7)
      expect(views.has(7)).toBe(false)
      const page = views.touch(8)
      expect(Array.from(page.subarray(views.offset(8), views.offset(8) + 3))).toEqual([0, 0, 0])
      expect([views.size, views.keyEnd]).toEqual([1, 9])
      await state.close()
    })

    test("an unknown table lists the known ones; the wrong kind says so", async () => {
      const state = await (await place()).open()
      const { tables } = await state.open(declarations, "v1")
      expect(() => tables.fixed("vews")).toThrow("blocked, history, seen, views")
      expect(() => tables.fixed("history")).toThrow("a list")
      expect(() => tables.list("views")).toThrow("a fixed table")
      await expect(state.open([declarations[0]!, declarations[0]!], "v1")).rejects.toThrow("two of views")
      await state.close()
    })

    test("another version or another shape starts empty; the order of declarations does not matter", async () => {
      const where = await place()
      let state = await where.open()
      const first = await state.open(declarations, "v1")
      first.tables.fixed("views").touch(1)
      await state.checkpoint(12)
      await state.close()
      for (const [wanted, version, position] of [
        [[...declarations].reverse(), "v1", 12],
        [declarations, "v2", 0],
        [declarations.slice(1), "v1", 0],
        [declarations, "v1", 12],
      ] as const) {
        state = await where.open()
        const opened = await state.open(wanted, version)
        expect(opened.position).toBe(position)
        if (position > 0) expect(opened.tables.fixed("views").has(1)).toBe(true)
        await state.close()
      }
      state = await where.open()
      await state.open(declarations, "v2")
      await state.checkpoint(3)
      await state.close()
      state = await where.open()
      const changed = await state.open(declarations, "v2")
      expect([changed.position, changed.tables.fixed("views").has(1)]).toEqual([3, false])
      await state.close()
    })

    test("a checkpoint holds the state at its beginning, whatever changes while it is written", async () => {
      const where = await place()
      let state = await where.open()
      const { tables } = await state.open(declarations, "v1")
      const views = tables.fixed("views")
      for (let key = 0; key < 20_000; key++) views.touch(key)[views.offset(key)] = key
      const done = state.checkpoint(1)
      const chance = random(5)
      let busy = true
      done.finally(() => {
        busy = false
      })
      while (busy) {
        for (let i = 0; i < 500; i++) {
          const key = chance.integer(20_000)
          views.touch(key)[views.offset(key)] = -1
        }
        for (let i = 0; i < 20; i++) views.clear(chance.integer(20_000))
        await new Promise((resolve) => setImmediate(resolve))
      }
      await where.crash(state)
      state = await where.open()
      const again = (await state.open(declarations, "v1")).tables.fixed("views")
      for (let key = 0; key < 20_000; key++) if (again.page(key)[again.offset(key)] !== key) expect(`${key} changed`).toBe("unchanged")
      expect(again.size).toBe(20_000)
      await state.close()
    })

    test("bytes grow with rows and are at least their numbers", async () => {
      const state = await (await place()).open()
      const { tables } = await state.open(declarations, "v1")
      const before = state.bytes
      for (let key = 0; key < 5000; key++) tables.fixed("views").touch(key)
      expect(state.bytes - before).toBeGreaterThanOrEqual(5000 * 3 * 8)
      expect(state.bytes - before).toBeLessThan(5000 * 3 * 8 * 2 + 200_000)
      await state.close()
    })

    test("property: agrees with plain Maps through changes, checkpoints, reopening and crashes at any moment", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), async (steps) => {
          const where = await place()
          let state = await where.open()
          let { tables } = await state.open(declarations, "v1")
          let twin = emptyTwin()
          let saved = emptyTwin()
          let begun: { readonly done: Promise<void>; readonly twin: Twin } | undefined
          const settle = async () => {
            if (begun === undefined) return
            await begun.done
            saved = begun.twin
            begun = undefined
          }
          for (const current of steps) {
            if (current.kind === "begin" || current.kind === "checkpoint") {
              await (current.kind === "checkpoint" ? settle() : undefined)
              if (begun === undefined) begun = { done: state.checkpoint(twin.position), twin: copy(twin) }
              if (current.kind === "checkpoint") await settle()
            } else if (current.kind === "reopen" || current.kind === "crash") {
              await settle()
              await (current.kind === "crash" ? where.crash(state) : state.close())
              state = await where.open()
              const opened = await state.open(declarations, "v1")
              tables = opened.tables
              expect(opened.position).toBe(saved.position)
              twin = copy(saved)
              expect(dump(tables)).toEqual({ fixed: saved.fixed, lists: saved.lists })
            } else apply(current, tables, twin)
          }
          expect(dump(tables)).toEqual({ fixed: twin.fixed, lists: twin.lists })
          await settle()
          await state.close()
        }),
        { numRuns: 40 },
      )
    })
  })
}
