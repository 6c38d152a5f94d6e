import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { emptyNodes, ensemble, firstTrees, loadEnsemble, saveEnsemble, type Tree, treeOf } from "./ensemble.ts"

const head = { columns: ["price", "brand"], outputs: 2, base: Float64Array.of(0.5, -0.25), link: "softmax", objective: "softmax" } as const

/** Root on a column, two leaves. */
function stump(feature: number, threshold: number, output: number, categories?: Uint32Array): Tree {
  const nodes = emptyNodes(3)
  nodes.feature[0] = feature
  nodes.threshold[0] = threshold
  nodes.left[0] = 1
  nodes.right[0] = 2
  nodes.value.set([0, -1, 1])
  nodes.cover.set([10, 4, 6])
  if (categories === undefined) return { nodes, output }
  nodes.set[0] = 0
  return { nodes, output, sets: { starts: Uint32Array.of(0, categories.length), words: categories } }
}

test("trees are joined in order, and their sets counted through", () => {
  const joined = ensemble(head, [stump(0, 2.5, 0), stump(1, 0, 1, Uint32Array.of(5)), stump(1, 0, 0, Uint32Array.of(7, 1))])
  expect([...joined.roots]).toEqual([0, 3, 6, 9])
  expect([...joined.output]).toEqual([0, 1, 0])
  expect([...joined.nodes.set]).toEqual([-1, -1, -1, 0, -1, -1, 1, -1, -1])
  expect([...joined.sets.starts]).toEqual([0, 1, 3])
  expect([...joined.sets.words]).toEqual([5, 7, 1])
  expect([...treeOf(joined, 1).feature]).toEqual([1, -1, -1])
  expect(firstTrees(joined, 1).roots).toEqual(Uint32Array.of(0, 3))
})

test("what is saved is loaded, bit for bit", () => {
  const zeroIsMissing = Uint8Array.of(1, 0)
  for (const of of [ensemble(head, [stump(0, 2.5, 0), stump(1, 0, 1, Uint32Array.of(5))]), ensemble({ ...head, zeroIsMissing }, [])]) {
    const first = memoryBundle()
    saveEnsemble(of, first.writer)
    const loaded = loadEnsemble(first.reader)
    expect(loaded).toEqual(of)
    const second = memoryBundle()
    saveEnsemble(loaded, second.writer)
    expect(second.bytes()).toEqual(first.bytes())
  }
})

test.each<[string, () => unknown, RegExp]>([
  ["feature", () => ensemble(head, [stump(2, 0, 0)]), /expected a column below 2, came 2 in tree 0, node 0/],
  ["output", () => ensemble(head, [stump(0, 0, 2)]), /expected tree outputs from 0 to 1, came 2 in tree 0/],
  ["threshold", () => ensemble(head, [stump(0, Number.POSITIVE_INFINITY, 0)]), /finite threshold, came Infinity/],
  ["base", () => ensemble({ ...head, base: Float64Array.of(1) }, []), /expected 2 finite base scores, came \[1\]/],
  ["link", () => ensemble({ ...head, link: "probit" as "exp" }, []), /a link among .*logistic.*, came "probit"/],
  ["empty tree", () => ensemble(head, [{ nodes: emptyNodes(0), output: 0 }]), /an empty tree 0/],
  ["orphan", () => ensemble(head, [{ nodes: emptyNodes(2), output: 0 }]), /one parent a node, came 0 for tree 0, node 1/],
  ["loop", () => ensemble(head, [looped()]), /expected children from 1 to 2, came 0 in tree 0, node 0/],
  ["set", () => ensemble(head, [{ ...stump(0, 0, 0, Uint32Array.of(1)), sets: undefined } as unknown as Tree]), /a set below 0, came 0/],
])("an ensemble that does not hold together is refused: %s", (_, make, message) => {
  expect(make).toThrow(message)
})

function looped(): Tree {
  const tree = stump(0, 0, 0)
  tree.nodes.right[0] = 0
  return tree
}
