import { breathe, Corrupt } from "../../core/index.ts"
import type { BaseIndex, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { learnPoints, POINTS } from "./product-points.ts"

/** Codes of 32 slots stand together. */
const blockSlots = 32
/** Slots encoded between two turns of the event loop. */
const turn = 4096

/**
 * Product quantisation: every pair of numbers as one of 16 points, a sixteenth of the f32 rows, all scanned by table look-ups; the best are
 * scored again by f32. Effort: how many are.
 *
 * @see Jégou et al. 2011, doi:10.1109/TPAMI.2010.57
 */
export const product: VectorFamily<object> = {
  name: "product",
  summary: "every row as 4 bits a pair of numbers, scanned by table look-ups, the best scored again: 16 times smaller codes",
  async build({ rows, ids, metric }, config, { seed, signal, onProgress }) {
    await breathe(signal, "product codes")
    const checked = checkedRows(rows, metric)
    const base = await BaseRows.of(checked, metric, ids)
    const points = learnPoints(checked, seed)
    onProgress?.(0.3)
    const built = index(base, points, config)
    for (let begin = 0; begin < base.table.slots; begin += turn) {
      base.table.run.encodeProduct(begin, Math.min(base.table.slots, begin + turn))
      await breathe(signal, "product codes")
    }
    onProgress?.(1)
    return built
  },
  load(rows, bundle) {
    const points = Float32Array.from(bundle.array("points"))
    const pairs = Math.ceil(rows.table.shape.dimension / 2)
    if (points.length !== pairs * POINTS * 2) {
      throw new Corrupt("product codes", `${pairs} pairs`, `${points.length} numbers`, "Build the index again.")
    }
    const built = index(rows, points, {})
    rows.table.run.encodeProduct(0, rows.table.slots)
    return built
  },
  efforts: () => [10, 25, 50, 100, 200, 400, 800],
}

function index(rows: BaseRows, points: Float32Array, config: object): BaseIndex {
  const { table } = rows
  const { arena } = table.job
  const pairs = points.length / (POINTS * 2)
  const codes = arena.add("product codes", "u8", Math.ceil(table.slots / blockSlots) * pairs * POINTS)
  const lookup = arena.add("look-up", "u8", pairs * POINTS * 5)
  table.run.bindProduct(pairs, arena.put("points", "f32", points), codes, lookup, arena.add("sums", "u8", 64))
  return {
    family: product.name,
    rows,
    config,
    effort: 100,
    search(vector, { k, effort, allowed }) {
      table.ask(vector, k, allowed, Math.max(k, effort))
      table.run.scanProduct()
      table.run.rescore()
      return table.answer()
    },
    save: (bundle) => bundle.array("points", points),
  }
}
