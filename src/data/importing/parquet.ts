import { basename } from "node:path"
import { Corrupt, throwIfCancelled, Unavailable } from "../../core/index.ts"

/** Rows of a Parquet file as plain values, a block at a time, from a row on. */
export interface ParquetRows {
  readonly names: readonly string[]
  blocks(
    fromRow: number,
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly rows: readonly (readonly unknown[])[]; readonly firstRow: number }>
}

/** Opens a Parquet file through DuckDB, which is loaded now. */
export async function parquetBlocks(path: string): Promise<ParquetRows> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new Unavailable("reading Parquet", "the package @duckdb/node-api", "none", "Run: npm install @duckdb/node-api@1.5.6-r.1")
  })
  const connect = async () => (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
  const query = async (sql: string, values: string[]) => {
    const connection = await connect()
    try {
      return { connection, result: await connection.stream(sql, values) }
    } catch (error) {
      connection.closeSync()
      throw damaged(path, error)
    }
  }
  const head = await query("select * from read_parquet($1) limit 0", [path])
  const names = head.result.columnNames()
  head.connection.closeSync()

  return {
    names,
    async *blocks(fromRow, signal) {
      const { connection, result } = await query(`select * from read_parquet($1) offset ${Math.floor(fromRow)}`, [path])
      let firstRow = fromRow
      try {
        for await (const rows of result.yieldRowsJs()) {
          throwIfCancelled(signal, `reading ${basename(path)}`)
          if (rows.length > 0) yield { rows: rows.map((row) => row.map(plainValue)), firstRow }
          firstRow += rows.length
        }
      } catch (error) {
        throw error instanceof Error && error.constructor === Error ? damaged(path, error) : error
      } finally {
        connection.closeSync()
      }
    },
  }
}

/** What JSON could hold: dates in ISO 8601, whole numbers of 64 bits as numbers, or as text where they would lose digits. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plainValue(entry)]))
  return value
}

function damaged(path: string, error: unknown): Corrupt {
  const came = error instanceof Error ? error.message.replaceAll(path, basename(path)) : String(error)
  return new Corrupt(basename(path), "a whole Parquet file", came, "Write the file again.")
}
