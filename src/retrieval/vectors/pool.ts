import { builtModule, type Matrix, matrix, openWorkerPool, type WorkerPool } from "../../core/index.ts"
import type { VectorTasks } from "./tasks.ts"

/** Threads that build indexes: one as a whole, or parts of one that do not depend on each other. */
export interface VectorPool extends AsyncDisposable {
  readonly size: number
  readonly run: WorkerPool<VectorTasks>["run"]
  close(): Promise<void>
}

/** Opens a pool of that many threads; each starts with its first task. Results do not depend on how many there are. */
export function openVectorPool(size: number): VectorPool {
  const pool = openWorkerPool<VectorTasks>(builtModule("./worker.ts", import.meta.url), { size })
  return { size, run: pool.run, close: pool.close, [Symbol.asyncDispose]: pool.close }
}

/** The rows in memory that threads share; a copy unless they are there already. */
export function sharedRows(rows: Matrix): Matrix {
  if (rows.data.buffer instanceof SharedArrayBuffer) return rows
  const shared = matrix(rows.rows, rows.cols, new Float32Array(new SharedArrayBuffer(rows.data.byteLength)))
  shared.data.set(rows.data)
  return shared
}

/** Ranges of `count` things, one a thread. */
export function ranges(count: number, threads: number): readonly (readonly [begin: number, end: number])[] {
  const parts = Math.max(1, Math.min(count, threads))
  return Array.from({ length: parts }, (_, i) => [Math.floor((i * count) / parts), Math.floor(((i + 1) * count) / parts)] as const)
}
