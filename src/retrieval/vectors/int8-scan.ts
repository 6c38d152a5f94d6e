import { throwIfCancelled } from "../../core/index.ts"
import type { BaseIndex, VectorFamily } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkedRows } from "./check-vector.ts"
import { layCodes, learnSteps, loadSteps, type Steps, saveSteps } from "./int8-codes.ts"

/** Every row by its int8 codes, the best of them again by f32. Effort: how many are scored again. */
export const int8Scan: VectorFamily<object> = {
  name: "int8",
  summary: "looks at every row as int8 and scores the best again: nearly exact, a few times faster than the exact scan",
  async build({ rows, ids, metric }, config, { signal, onProgress }) {
    throwIfCancelled(signal, "int8 scan")
    const base = await BaseRows.of(checkedRows(rows, metric), metric, ids)
    const built = index(base, learnSteps(base.table), config)
    onProgress?.(1)
    return built
  },
  load: (rows, bundle) => index(rows, loadSteps(bundle, rows.table), {}),
  efforts: () => [10, 20, 40, 80, 160],
}

function index(rows: BaseRows, steps: Steps, config: object): BaseIndex {
  const { table } = rows
  layCodes(table, steps)
  return {
    family: int8Scan.name,
    rows,
    config,
    effort: 40,
    search(vector, { k, effort, allowed }) {
      table.ask(vector, k, allowed, Math.max(k, effort))
      table.run.scanCodes(0, table.slots)
      table.run.rescore()
      return table.answer()
    },
    save: (bundle) => saveSteps(bundle, steps),
  }
}
