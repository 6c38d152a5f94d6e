import type { Ensemble } from "./ensemble.ts"

/** Checks every node of every tree; `expect` throws with what was expected and what came. */
export function checkNodes(of: Ensemble, expect: (holds: boolean, expected: string, came: string) => void): void {
  const { roots, nodes, sets, columns } = of
  const count = roots[roots.length - 1]!
  for (const [name, values] of Object.entries(nodes)) {
    expect(values.length === count, `${count} numbers in ${name}`, String(values.length))
  }
  const setCount = sets.starts.length - 1
  const ascends = sets.starts.every((start, s) => s === 0 || start >= sets.starts[s - 1]!)
  expect(sets.starts[0] === 0 && ascends, "set starts that ascend from 0", `[${sets.starts.join(", ")}]`)
  expect(sets.starts[setCount] === sets.words.length, `${sets.starts[setCount]} words of sets`, String(sets.words.length))
  const parents = new Uint8Array(count)
  for (let t = 0; t + 1 < roots.length; t++) {
    const root = roots[t]!
    const size = roots[t + 1]! - root
    expect(roots[t + 1]! > root, "trees of a node or more", `an empty tree ${t}`)
    for (let node = 0; node < size; node++) {
      const i = root + node
      const problem = wrong(of, i, node, size, setCount)
      if (problem !== undefined) expect(false, problem[0], `${problem[1]} in tree ${t}, node ${node}`)
      if (nodes.feature[i]! < 0) continue
      parents[root + nodes.left[i]!]!++
      parents[root + nodes.right[i]!]!++
    }
    for (let node = 1; node < size; node++) {
      expect(parents[root + node] === 1, "one parent a node", `${parents[root + node]} for tree ${t}, node ${node}`)
    }
  }
  expect(columns.length > 0 || nodes.feature.every((f) => f < 0), "columns to split on", "none")
}

/** What was expected of node `i` and what came, when it is not right. */
function wrong(of: Ensemble, i: number, node: number, size: number, setCount: number): readonly [string, unknown] | undefined {
  const { feature, threshold, left, right, set, value, gain, cover, defaultLeft } = of.nodes
  if (!Number.isFinite(value[i]!)) return ["a finite value", value[i]]
  if (!(cover[i]! >= 0)) return ["a cover of 0 or more", cover[i]]
  if (Number.isNaN(gain[i]!)) return ["a gain", gain[i]]
  if (feature[i]! < 0) return undefined
  if (feature[i]! >= of.columns.length) return [`a column below ${of.columns.length}`, feature[i]]
  for (const child of [left[i]!, right[i]!]) {
    if (!(child > node && child < size)) return [`children from ${node + 1} to ${size - 1}`, child]
  }
  if (!Number.isFinite(threshold[i]!)) return ["a finite threshold", threshold[i]]
  if (set[i]! >= setCount) return [`a set below ${setCount}`, set[i]]
  if (defaultLeft[i]! > 1) return ["a default direction of 0 or 1", defaultLeft[i]]
  return undefined
}
