import { describe, expect, test } from "vitest"
import { walked } from "../../../test/fakes/random-ensemble.ts"
import { treeFile, treeFixtures } from "../../../test/fakes/tree-fixtures.ts"
import { importLightgbm } from "./import-lightgbm.ts"
import { importXgboost } from "./import-xgboost.ts"
import { floatAtMost, floatBelow } from "./imported-tree.ts"
import { treeModel } from "./tree-model.ts"

describe.each(treeFixtures())("$file", ({ model, rows, raw, predicted }) => {
  test("raw scores and predictions are those of the library, to 1e-6", () => {
    const mine = treeModel(model)
    const close = (came: ArrayLike<number>, expected: readonly number[]) => {
      expect(came.length).toBe(expected.length)
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(came[i]! - value), `number ${i}: ${came[i]} for ${value}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)))
      }
    }
    close(mine.raw(rows), raw)
    close(mine.predict(rows), predicted)
    expect(mine.raw(rows)).toEqual(walked(model, rows))
  })
})

test("the same model as JSON and as UBJSON is the same ensemble", () => {
  for (const name of ["binary", "categories", "dart"]) {
    expect(importXgboost(treeFile(`xgboost-${name}.ubj`))).toEqual(importXgboost(treeFile(`xgboost-${name}.json`).toString()))
  }
})

test("a base score of older versions is one number for all outputs, outside brackets", () => {
  const text = treeFile("xgboost-binary.json").toString()
  const older = importXgboost(text.replace(/"base_score":"\[[^"]*\]"/, '"base_score":"7.5E-1"'))
  expect(older.base[0]).toBeCloseTo(Math.log(3), 12)
})

test("a LightGBM threshold written inf parts missing values from all others", () => {
  const model = importLightgbm(
    text()
      .replace(/^threshold=\S+/m, "threshold=inf")
      .replace(/^decision_type=\S+/m, "decision_type=8"),
  )
  expect(model.nodes.threshold[0]).toBe(floatAtMost(Number.POSITIVE_INFINITY))
  expect(model.nodes.defaultLeft[0]).toBe(0)
})

test.each([
  { x: 0.1, atMost: 0.09999999403953552 },
  { x: 0.5, atMost: 0.5 },
  { x: -0.1, atMost: -0.10000000149011612 },
  { x: 1e308, atMost: 3.4028234663852886e38 },
  { x: -1e308, atMost: -3.4028234663852886e38 },
  { x: 1e-50, atMost: 0 },
  { x: -1e-50, atMost: -1.401298464324817e-45 },
])("the largest f32 not above $x is $atMost", ({ x, atMost }) => {
  expect(floatAtMost(x)).toBe(atMost)
})

test.each([1, -1, 0, 1e30, -1e-30, 1.401298464324817e-45])("no f32 lies between %d and the one below", (x) => {
  const at = Math.fround(x)
  const below = floatBelow(at)
  expect(below).toBeLessThan(at)
  expect([below, at]).toContain(Math.fround(below + (at - below) / 2))
})

const json = () => JSON.parse(treeFile("xgboost-binary.json").toString())
const text = () => treeFile("lightgbm-categories.txt").toString()
type Any = ReturnType<typeof json>
const changed = (change: (model: Any) => void) => {
  const model = json()
  change(model.learner)
  return importXgboost(JSON.stringify(model))
}
const trees = (learner: Any) => learner.gradient_booster.model.trees

test.each<[string, () => unknown, RegExp]>([
  ["no JSON", () => importXgboost("tree"), /importXgboost: expected XGBoost's JSON or UBJSON, came/],
  [
    "cut UBJSON",
    () => importXgboost(treeFile("xgboost-binary.ubj").subarray(0, 3000)),
    /readUbjson: expected \d+ more bytes at byte \d+, came/,
  ],
  ["another object", () => importXgboost('{"model": 1}'), /importXgboost: expected an object in learner, came nothing/],
  ["a linear booster", () => changed((l) => (l.gradient_booster.name = "gblinear")), /expected a booster gbtree or dart, came gblinear/],
  ["an unknown objective", () => changed((l) => (l.objective.name = "survival:aft")), /expected an objective among .* came survival:aft/],
  ["a short array", () => changed((l) => trees(l)[1].split_indices.pop()), /importXgboost: tree 1: expected \d+ numbers in split_indices/],
  ["text for a number", () => changed((l) => (trees(l)[0].split_conditions[2] = "x")), /expected numbers in split_conditions/],
  ["a child out of range", () => changed((l) => (trees(l)[0].left_children[0] = 999)), /tree 0: expected children from 1 to \d+, came 999/],
  ["a loop", () => changed((l) => (trees(l)[0].right_children[1] = 2)), /expected one path to a node, came two to node/],
  ["a column out of range", () => changed((l) => (trees(l)[0].split_indices[0] = 5)), /expected split_indices below 5, came 5/],
  ["vector leaves", () => changed((l) => (trees(l)[0].tree_param.size_leaf_vector = "3")), /expected one number a leaf, came 3/],
  [
    "a bad base score",
    () => changed((l) => (l.learner_model_param.base_score = "[0.5,0.5]")),
    /base_score of 1 or 1 numbers, came \[0.5,0.5\]/,
  ],
  ["another text", () => importLightgbm("hello"), /importLightgbm: expected a first line "tree", came "hello"/],
  ["a cut text", () => importLightgbm(text().slice(0, 3000)), /expected a line "end of trees", came the end of the text after \d+ trees/],
  [
    "a missing field",
    () => importLightgbm(text().replace(/^leaf_value=.*$/m, "")),
    /importLightgbm: tree 0: expected a line leaf_value=, came none/,
  ],
  [
    "a short list",
    () => importLightgbm(text().replace(/^(threshold=\S+) .*$/m, "$1")),
    /tree 0: expected \d+ numbers in threshold, came 1/,
  ],
  ["a word", () => importLightgbm(text().replace("threshold=", "threshold=x")), /tree 0: expected numbers in threshold, came "x/],
  ["a linear tree", () => importLightgbm(text().replace("is_linear=0", "is_linear=1")), /leaves that are numbers, came a linear tree/],
  ["an unknown objective", () => importLightgbm(text().replace("objective=binary", "objective=odd")), /an objective among .*, came odd/],
  [
    "a wrong column",
    () => importLightgbm(text().replace(/^split_feature=\d/m, "split_feature=9")),
    /tree 0: expected split_feature below 5, came 9/,
  ],
])("a bad file is refused with where and what: %s", (_, make, message) => {
  expect(make).toThrow(message)
})

test("property: any cut and any changed byte of a file is refused or read, never anything else", () => {
  const bytes = treeFile("xgboost-binary.ubj")
  for (let at = 0; at < bytes.length; at += 37) {
    const broken = bytes.slice()
    broken[at]! ^= 0x55
    for (const file of [bytes.subarray(0, at), broken]) {
      try {
        importXgboost(file)
      } catch (error) {
        expect(["invalid_argument", "corrupt"]).toContain((error as { code?: string }).code)
      }
    }
  }
})
