import { type BundleReader, breathe, Corrupt, type FitOptions, random } from "../../core/index.ts"
import type { BaseIndex, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { wholeFrom } from "./config.ts"
import { layCodes, layPairs, learnSteps, loadSteps, type Steps, saveSteps } from "./int8-codes.ts"
import { localOrder } from "./local-order.ts"
import type { VectorTable } from "./vector-table.ts"

/** How {@link graph} is built; every key has a default. */
export interface GraphConfig {
  /** Links of a row in each layer, twice as many in the lowest; default 16. */
  readonly degree?: number
  /** Rows looked at for the links of a new one; default 100. */
  readonly width?: number
  /** Rough candidates scored again, as a multiple of `k`; default 3. */
  readonly rescored?: number
}

/**
 * A navigable graph in layers (HNSW) over int8 codes, the best scored again by f32. Effort: rows kept while spreading.
 *
 * @see Malkov & Yashunin 2018, doi:10.1109/TPAMI.2018.2889473
 */
export const graph: VectorFamily<GraphConfig> = {
  name: "graph",
  summary: "rows linked with near ones in layers (HNSW), walked over int8 codes: fast at high recall, slow to build",
  async build(data, config, options) {
    const degree = wholeFrom("graph degree", config.degree ?? 16, 2, 32)
    const width = wholeFrom("graph width", config.width ?? 100, degree, 4096)
    const rows = checkedRows(data.rows, data.metric)
    const base = await BaseRows.of(rows, data.metric, data.ids, await localOrder(rows, { seed: options.seed }))
    const { table } = base
    const steps = learnSteps(table)
    const layers = drawnLayers(table.slots, degree, options.seed)
    layOut(table, { steps, degree, layers })
    layPairs(table, steps)
    await linkAll(table, layers, width, options)
    return index(base, { degree, steps, config, layers })
  },
  load(rows, bundle) {
    const parts = loadParts(rows.table, bundle)
    return index(rows, parts)
  },
  efforts: () => [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384],
}

interface Parts {
  readonly degree: number
  readonly steps: Steps
  readonly config: GraphConfig
  /** The highest layer of each slot, shape `[n]`. */
  readonly layers: Uint8Array
}

const mostLayers = 15
/** Rows linked between two turns of the event loop: some milliseconds. */
const turn = 64

/** Layers thin out by the degree: a share `1 / degree` of each reaches the next. */
function drawnLayers(slots: number, degree: number, seed: number): Uint8Array {
  const draw = random(seed).split("layers")
  return Uint8Array.from({ length: slots }, () => Math.min(mostLayers, Math.floor(-Math.log(1 - draw.next()) / Math.log(degree))))
}

/** Codes, and lists of links that are all empty. */
function layOut(table: VectorTable, { steps, degree, layers }: Pick<Parts, "steps" | "degree" | "layers">): void {
  const { arena } = table.job
  layCodes(table, steps)
  const from = new Uint32Array(layers.length)
  let lists = 0
  layers.forEach((layer, slot) => {
    from[slot] = lists
    lists += layer
  })
  const lowest = arena.add("lowest", "i32", layers.length * 2 * degree)
  const upper = arena.add("upper", "i32", lists * degree)
  const upperFrom = arena.put("upper from", "u32", from)
  const choice = arena.add("choice", "u8", (2 * degree + 1) * 12)
  for (const name of ["lowest", "upper"]) arena.view(name, "i32").fill(-1)
  table.run.bindGraph(degree, lowest, upper, upperFrom, choice)
  table.run.bindVisited(arena.add("visited", "u8", table.slots), arena.add("fresh", "u32", 65))
}

async function linkAll(table: VectorTable, layers: Uint8Array, width: number, { seed, signal, onProgress }: FitOptions): Promise<void> {
  // Rows look for each other as the rough candidates of a question do, but propose nothing.
  table.run.bindPool(table.scratch.room("pool", width * 8))
  // Slots are in an order of nearness; a graph grows better in one that has nothing to do with it.
  const order = random(seed)
    .split("order")
    .shuffle(Uint32Array.from(layers, (_, slot) => slot))
  for (let done = 0; done < order.length; done++) {
    table.run.insertSlot(order[done]!, layers[order[done]!]!, width)
    if (done % turn === 0) {
      await breathe(signal, "graph")
      onProgress?.(done / order.length)
    }
  }
  onProgress?.(1)
}

function index(rows: BaseRows, { degree, steps, config, layers }: Parts): BaseIndex {
  const { table } = rows
  const { arena } = table.job
  const rescored = config.rescored ?? 3
  return {
    family: graph.name,
    rows,
    config,
    effort: 64,
    search(vector, { k, effort, allowed }) {
      const room = Math.min(Math.max(k, Math.ceil(effort)), Math.max(1, table.slots))
      table.run.bindPool(table.scratch.room("pool", room * 8))
      table.ask(vector, k, allowed, Math.ceil(k * rescored))
      table.run.scanGraph(room)
      table.run.rescore()
      return table.answer()
    },
    save(bundle) {
      bundle.json("graph", { config, degree, start: table.run.startSlot(), top: table.run.topLayer() })
      bundle.array("layers", layers)
      for (const name of ["lowest", "upper"]) bundle.array(name, arena.view(name, "i32").slice())
      saveSteps(bundle.child("codes"), steps)
    },
  }
}

function loadParts(table: VectorTable, bundle: BundleReader): Parts {
  const header = bundle.json("graph") as { config: GraphConfig; degree: number; start: number; top: number }
  const { config, degree, start, top } = header
  const layers = Uint8Array.from(bundle.array("layers"))
  const steps = loadSteps(bundle.child("codes"), table)
  const [lowest, upper] = [bundle.array("lowest"), bundle.array("upper")]
  const lists = layers.reduce((sum, layer) => sum + layer, 0)
  const isWhole = layers.length === table.slots && lowest.length === layers.length * 2 * degree && upper.length === lists * degree
  const pointsInside = lowest.every((slot) => slot < table.slots) && upper.every((slot) => slot < table.slots)
  if (!isWhole || !pointsInside || start >= table.slots || (layers[start] ?? -1) < top) {
    const came = `${lowest.length} and ${upper.length} links of degree ${degree} over ${layers.length} rows`
    throw new Corrupt("graph", `links between ${table.slots} rows`, came, "Build the index again.")
  }
  layOut(table, { steps, degree, layers })
  const { arena } = table.job
  arena.view("lowest", "i32").set(lowest)
  arena.view("upper", "i32").set(upper)
  table.run.setStart(start, top)
  return { degree, steps, config, layers }
}
