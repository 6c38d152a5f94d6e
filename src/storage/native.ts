import { Unavailable } from "../core/index.ts"

type Lmdb = typeof import("lmdb")
type DuckDb = typeof import("@duckdb/node-api")

/** The LMDB binding, loaded at first use. @throws {@link Unavailable} with the command that installs it */
export async function loadLmdb(): Promise<Lmdb> {
  try {
    return await import("lmdb")
  } catch (cause) {
    throw missing("lmdb", "3.5.6", cause)
  }
}

/** The DuckDB binding, loaded at first use. @throws {@link Unavailable} with the command that installs it */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import("@duckdb/node-api")
  } catch (cause) {
    throw missing("@duckdb/node-api", "1.5.6-r.1", cause)
  }
}

function missing(name: string, version: string, cause: unknown): Unavailable {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "an error while loading"
  return new Unavailable("storage", `the package ${name}`, reason, `Run: npm install ${name}@${version}`)
}
