import { expect, test } from "vitest"
import { random } from "../../src/core/index.ts"
import { families } from "../../src/features/index.ts"
import { smallWorld } from "../../src/features/small-world.test.helper.ts"
import { auc } from "../../src/metrics/index.ts"
import { logistic } from "../../src/models/index.ts"

test("what no line can tell from two fields apart, a line tells from their cross: a planted exclusive or", async () => {
  const apart = [families.oneHot("director", ["a", "b"]), families.oneHot("side", ["l", "r"], { of: "context" })]
  const crossed = families.cross(
    [
      { field: "director", of: "item" },
      { field: "side", of: "context" },
    ],
    { buckets: 32 },
  )
  const areas: number[] = []
  for (const set of [apart, [...apart, crossed]]) {
    const world = await smallWorld(set)
    world.item("fa", { director: "a" })
    world.item("fb", { director: "b" })
    const chance = random(5)
    const rows: number[] = []
    const labels = new Float32Array(2_000)
    for (let i = 0; i < labels.length; i++) {
      const [film, side] = [chance.next() < 0.5, chance.next() < 0.5]
      rows.push(...Object.values(world.ask([film ? "fa" : "fb"], { context: { side: side ? "l" : "r" } })[0]!))
      labels[i] = chance.next() < (film !== side ? 0.98 : 0.02) ? 1 : 0
    }
    const cols = world.set.columns.length
    const part = (from: number, to: number) => ({ data: Float32Array.from(rows.slice(from * cols, to * cols)), rows: to - from, cols })
    const model = await logistic().fit({ rows: part(0, 1_000), labels: labels.slice(0, 1_000) }, { seed: 1 })
    areas.push(auc(labels.slice(1_000), model.predict(part(1_000, 2_000))) ?? Number.NaN)
  }
  expect(Math.abs(areas[0]! - 0.5)).toBeLessThan(0.05)
  expect(areas[1]).toBeGreaterThan(0.9)
})
