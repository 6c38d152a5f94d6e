import { featureRecordBytes } from "./feature-record.ts"
import type { FeatureLog } from "./ports.ts"

type Row = Parameters<FeatureLog["append"]>[0]

const copy = (row: Row): Row => ({
  ...row,
  ids: row.ids.slice(),
  values: { data: row.values.data.slice(), rows: row.values.rows, cols: row.values.cols },
})

/** Served feature values in memory, the oldest forgotten past `retentionBytes`. */
export function memoryFeatureLog({ retentionBytes = 256 * 2 ** 20 }: { readonly retentionBytes?: number } = {}): FeatureLog {
  const rows = new Map<string, Row>()
  let bytes = 0
  return {
    append(row) {
      const replaced = rows.get(row.requestId)
      if (replaced !== undefined) bytes -= featureRecordBytes(replaced)
      rows.delete(row.requestId)
      rows.set(row.requestId, copy(row))
      bytes += featureRecordBytes(row)
      for (const [id, oldest] of rows) {
        if (bytes <= retentionBytes) break
        rows.delete(id)
        bytes -= featureRecordBytes(oldest)
      }
    },
    async read(requestId) {
      const row = rows.get(requestId)
      return row === undefined ? undefined : copy(row)
    },
    async *all() {
      for (const row of [...rows.values()]) yield copy(row)
    },
    flush: () => Promise.resolve(),
    get bytes() {
      return bytes
    },
  }
}
