import type { Clock } from "../core/index.ts"
import type { ServingHandlers } from "../definition/index.ts"
import type { Admission } from "./admission.ts"
import type { ServingLimits } from "./limits.ts"
import type { Meters } from "./meters.ts"

/** A file of the page at `/`. */
export interface PageFile {
  /** Media type with charset, such as `text/html; charset=utf-8`. */
  readonly type: string
  readonly body: string | Uint8Array
}

/** One answered request, for a log. Holds no id of a person: `route` is the pattern, not the path. */
export interface RequestLine {
  readonly time: number
  readonly method: string
  readonly route: string
  readonly status: number
  readonly ms: number
}

/** What a server is made of. */
export interface ServerOptions {
  readonly handlers: ServingHandlers
  /** The program's own version, shown by `/health` and the OpenAPI document. */
  readonly version: string
  /** Address to listen on; anything but loopback needs `apiKeys`. Default `127.0.0.1`. */
  readonly host?: string
  /** Port; 0 takes a free one. Default 4600. */
  readonly port?: number
  readonly apiKeys?: readonly string[]
  /** The page at `/` and its files below `/assets/`; `undefined` for a path that is not there. */
  readonly page?: (path: string) => PageFile | undefined
  readonly limits?: Partial<ServingLimits>
  readonly clock?: Clock
  readonly onRequest?: (line: RequestLine) => void
  /** Told of faults that became a bare 500, so that their cause is on the server's own output. */
  readonly onFault?: (error: unknown, route: string) => void
}

/** What every route may use. */
export interface ServingContext {
  readonly handlers: ServingHandlers
  readonly version: string
  readonly limits: ServingLimits
  readonly clock: Clock
  readonly gate: Admission
  readonly meters: Meters
  readonly page: ServerOptions["page"]
  /** Fires when the server begins to close. */
  readonly closing: AbortSignal
  /** Measurements that single routes keep. */
  readonly counts: { eventBytes: number; eventBatchesRejected: number; streams: number }
}
