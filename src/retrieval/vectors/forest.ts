import { type BundleReader, Corrupt } from "../../core/index.ts"
import type { BaseIndex, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { wholeFrom } from "./config.ts"
import { growTrees, type Trees } from "./forest-grow.ts"
import { heapBytes } from "./heap.ts"
import { layCodes, learnSteps, loadSteps, type Steps, saveSteps } from "./int8-codes.ts"

/** How {@link forest} is built; every key has a default. */
export interface ForestConfig {
  /** Default 16. */
  readonly trees?: number
  /** Rows of a leaf at most; default 128. */
  readonly leaf?: number
  /** Planes between two means of some rows (the default), or one of the widest axes: a kd-forest, smaller and less exact. */
  readonly split?: "projection" | "axis"
  /** Rough candidates scored again, as a multiple of `k`; default 3. */
  readonly rescored?: number
}

/**
 * Trees that split the rows by random projections, all searched at once, nearest planes first. Effort: leaves looked into.
 *
 * @see Dasgupta & Freund 2008, doi:10.1145/1374376.1374452; axes: Silpa-Anan & Hartley 2008, doi:10.1109/CVPR.2008.4587638
 */
export const forest: VectorFamily<ForestConfig> = {
  name: "forest",
  summary: "random-projection trees searched together: no training, any metric, larger than clusters",
  async build(data, config, options) {
    const trees = wholeFrom("forest trees", config.trees ?? 16, 1, 1024)
    const leaf = wholeFrom("forest leaf", config.leaf ?? 128, 1, 65_536)
    const rows = checkedRows(data.rows, data.metric)
    const grown = await growTrees(rows, { trees, leaf, byAxis: config.split === "axis" }, options)
    const order = grown.members.slice(0, rows.rows)
    const base = await BaseRows.of(rows, data.metric, data.ids, order)
    renumber(grown.members, order)
    return index(base, { grown, steps: learnSteps(base.table), config })
  },
  load: (rows, bundle) => index(rows, loadParts(rows, bundle)),
  efforts: () => [4, 8, 16, 32, 64, 128, 256, 512],
}

/** Slots follow the leaves of the first tree, so that what stands together there, and mostly in the other trees, does so in memory. */
function renumber(members: Uint32Array, order: Uint32Array): void {
  const slotOf = new Uint32Array(order.length)
  for (let slot = 0; slot < order.length; slot++) slotOf[order[slot]!] = slot
  for (let i = 0; i < members.length; i++) members[i] = slotOf[members[i]!]!
}

interface Parts {
  readonly grown: Trees
  readonly steps: Steps
  readonly config: ForestConfig
}

function index(rows: BaseRows, { grown, steps, config }: Parts): BaseIndex {
  const { table } = rows
  const { arena } = table.job
  layCodes(table, steps)
  const nodes = arena.put("nodes", "i32", grown.nodes)
  const planes = arena.put("planes", "f32", grown.planes)
  const members = arena.put("members", "u32", grown.members)
  const roots = arena.put("roots", "u32", grown.roots)
  const room = grown.nodes.length / 4
  const queue = arena.add("queue", "u8", heapBytes(room))
  table.run.bindForest(nodes, planes, members, roots, grown.roots.length, queue, room)
  table.run.bindVisited(arena.add("visited", "u8", table.slots), arena.add("fresh", "u32", 65))
  const rescored = config.rescored ?? 3
  return {
    family: forest.name,
    rows,
    config,
    effort: 4 * grown.roots.length,
    search(vector, { k, effort, allowed }) {
      table.ask(vector, k, allowed, Math.ceil(k * rescored))
      table.run.scanForest(effort)
      table.run.rescore()
      return table.answer()
    },
    save(bundle) {
      bundle.json("forest", { config })
      for (const name of ["nodes", "planes", "members", "roots"] as const) bundle.array(name, grown[name])
      saveSteps(bundle.child("codes"), steps)
    },
  }
}

function loadParts(rows: BaseRows, bundle: BundleReader): Parts {
  const { config } = bundle.json("forest") as { config: ForestConfig }
  const grown = {
    nodes: Int32Array.from(bundle.array("nodes")),
    planes: Float32Array.from(bundle.array("planes")),
    members: Uint32Array.from(bundle.array("members")),
    roots: Uint32Array.from(bundle.array("roots")),
  }
  const { slots } = rows.table
  if (grown.members.length !== slots * grown.roots.length || grown.nodes.length % 4 !== 0) {
    const came = `${grown.members.length} members of ${grown.roots.length} trees`
    throw new Corrupt("forest", `${slots} members a tree`, came, "Build the index again.")
  }
  return { grown, steps: loadSteps(bundle.child("codes"), rows.table), config }
}
