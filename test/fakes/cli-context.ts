import type { CliContext } from "../../src/cli/command.ts"
import { run } from "../../src/cli/run.ts"
import type { Engine } from "../../src/engine/index.ts"
import type { FamilyReport } from "../../src/features/index.ts"
import { fakeHandlers } from "./serving-handlers.ts"

/** What one command line left behind. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly closed: number
}

/** An engine for tests: small fixed reports; any call can be replaced. */
export function fakeEngine(replaced: Partial<Engine> = {}): Engine {
  const handlers = fakeHandlers()
  const evaluated = (value: number) => [{ name: "ndcg@20", value, low: value - 0.01, high: value + 0.01 }]
  return {
    warmUp: async () => {},
    costs: () => ({
      stateBytes: 2e6,
      idBytes: 1e6,
      catalogueBytes: 3e6,
      duplicateBytes: 4e6,
      releases: [{ system: "films", parts: { tables: 5e6, boards: 1e6 } }],
      processBytes: 1e8,
      totalBytes: 1.16e8,
      keys: [
        { key: "user", fixedBytes: 120, entryBytes: 40 },
        { key: "item", fixedBytes: 240, entryBytes: 0 },
      ],
      pages: [{ system: "films", featureBytes: 1500, live: true }],
    }),
    markSimulated: async () => {},
    sizes: async () => ({
      release: "r1",
      items: 1000,
      parts: { ease: 4e6, popularity: 8000 },
      bytesPerItem: 4500,
      logBytesPerRequest: 1500,
    }),
    observe: (events, options) => handlers.observe(events, { strict: options?.strict ?? false }),
    rank: (system, request) => handlers.rank(system, request, new AbortController().signal),
    operation: (system, operation, body, options) =>
      handlers.operation(system, operation, body, options?.signal ?? new AbortController().signal),
    page: async () => ({ requestId: "q1", release: "r1", rows: [], degraded: [], stages: [], position: "7", tookMs: 1.5 }),
    async import(_system, files, options) {
      options?.onProgress?.({ step: "read", done: 500, total: 1000 })
      const rejected = [{ file: files[0]!, line: 7, reason: "timestamp: expected a time, came nothing" }]
      return {
        files: files.length,
        read: 1000,
        accepted: 990,
        duplicates: 9,
        rejectedCount: 1,
        rejected,
        resumedAt: 0,
        timeless: false,
        seconds: 0.5,
      }
    },
    async train(system, options) {
      const gates = [{ name: "popularity", passed: true, detail: "0.41 against 0.19" }]
      const chosen = { l2: 1000, retrievers: ["ease", "neighbours"] }
      return {
        release: "r2",
        system,
        seed: options?.seed ?? 1,
        rows: 801_218,
        seconds: 12.34,
        cpuSeconds: 20.1,
        peakBytes: 1.2e9,
        chosen,
        metrics: { "ndcg@20": 0.4123 },
        gates,
        notes: [],
      }
    },
    async export(system, { onPlan, storePages, out, format, placement = "home", keepHours = 48 }) {
      onPlan?.({
        ...{ lists: 80_000, done: 0, msPerList: 1.2, seconds: 96, itemsPerList: 20 },
        ...{ fileBytes: out === undefined ? 0 : 64e6, bytesPerPage: storePages ? 640 : 0, pageBytes: storePages ? 51e6 : 0 },
      })
      return {
        ...{ system, release: "r2", placement, lists: 79_990, items: 1_599_800, empty: 10, degraded: 0, resumedAt: 0 },
        ...{ listsPerSecond: 833.3, seconds: 96.1 },
        ...(out === undefined ? {} : { file: out, format: format ?? "jsonl" }),
        ...(storePages ? { stored: { pages: 79_990, bytes: 51.2e6, keepHours, expired: 3 } } : {}),
      }
    },
    async evaluate(system, options) {
      const beside = { ease: evaluated(0.411), popularity: evaluated(0.19) }
      const run = options?.run === undefined ? {} : { run: options.run }
      return {
        system,
        release: options?.release ?? "r2",
        queries: 6040,
        metrics: evaluated(0.4123),
        beside,
        lift: {
          ease: { name: "ndcg@20", value: 0.0013, low: 0.0002, high: 0.0024 },
          popularity: { name: "ndcg@20", value: 0.22, low: 0.21, high: 0.23 },
        },
        ...run,
        seconds: 3.2,
        notes: ["diversity off"],
      }
    },
    async data(system, options) {
      const frozen = options?.freeze === true
      const features = { schemaHash: "f1", families: [YEAR_FAMILY], tables: [] }
      return { system, schemaFile: frozen ? "schema.json" : null, frozen, features, ...(await handlers.data(system)) }
    },
    promote: (release) => handlers.promote("films", release),
    rollback: (system) => handlers.rollback(system),
    releases: (system) => handlers.releases(system),
    explain: (id) => handlers.explain(id),
    requests: (system, { limit = 20, ...filter } = {}) => handlers.requests({ system, limit, ...filter }),
    forget: async () => {},
    handlers,
    close: async () => {},
    ...replaced,
  }
}

const YEAR_FAMILY: FamilyReport = {
  family: "number item.year",
  version: 1,
  actors: ["item"],
  columns: ["year"],
  personal: false,
  nsPerRow: 14.2,
  tables: ["films.field.year"],
  bytes: 76_800,
  stalenessMs: 7_200_000,
}

/** Runs one command line against a fake engine in an empty folder. */
export async function ran(
  args: readonly string[],
  replaced: Partial<CliContext> & { readonly engine?: Partial<Engine> } = {},
): Promise<Ran> {
  const { engine, ...context } = replaced
  const out = { stdout: "", stderr: "", closed: 0 }
  const fake = fakeEngine(engine)
  const opened: Engine = {
    ...fake,
    async close() {
      out.closed++
    },
  }
  const code = await run(args, {
    stdout: {
      write: (text) => {
        out.stdout += text
      },
    },
    stderr: {
      write: (text) => {
        out.stderr += text
      },
    },
    env: {},
    cwd: "/nowhere",
    signal: new AbortController().signal,
    ask: async () => undefined,
    monotonicMs: () => 0,
    version: "1.2.3",
    open: async () => opened,
    demo: async () => opened,
    ...context,
  })
  return { code, ...out }
}
