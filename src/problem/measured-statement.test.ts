import { expect, test } from "vitest"
import { planCapacity } from "./capacity-plan.ts"
import { withMeasurements } from "./measured-statement.ts"
import { scenarioOf } from "./scenario.ts"
import { recommendationStatement as statement } from "./statements/recommendation.ts"

const where = "300 pages on this machine"

test("a measured stage carries its cost an item and the run; the others stay assumed", () => {
  const { scale } = withMeasurements(statement, { where, stages: [{ stage: "rank", itemsIn: 200, ms: 0.5 }], bytesPerItem: 3100 })
  const [retrieve, rank] = scale.latency.stages
  expect(retrieve).toEqual(statement.scale.latency.stages[0])
  expect(rank!.microsPerItem).toEqual({ value: 2.5, unit: "µs", source: { kind: "measured", where: `${where}: 0.5 ms for 200 items` } })
  expect(scale.bytesPerItem).toMatchObject({ value: 3100, source: { kind: "measured" } })
  expect(scale.logBytesPerRequest).toBe(statement.scale.logBytesPerRequest)
})

test("the plan made from it rests on the measured cost", () => {
  const dearer = withMeasurements(statement, { where, stages: [{ stage: "rank", itemsIn: 100, ms: 1 }] })
  const before = planCapacity(scenarioOf(statement)).stages.find(({ name }) => name === "rank")!
  const after = planCapacity(scenarioOf(dearer)).stages.find(({ name }) => name === "rank")!
  // 10 µs instead of 2 µs an item.
  expect(after.serviceMs / after.in).toBeCloseTo((5 * before.serviceMs) / before.in, 9)
})

test.each([
  ["a stage it does not have", [{ stage: "blend", itemsIn: 1, ms: 1 }], "a stage among retrieve, rank, arrange"],
  ["no time", [{ stage: "rank", itemsIn: 1, ms: 0 }], "above 0 for rank"],
])("refuses %s", (_name, stages, message) => {
  expect(() => withMeasurements(statement, { where, stages })).toThrow(message)
})
