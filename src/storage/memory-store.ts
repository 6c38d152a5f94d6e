import { type Clock, systemClock } from "../core/index.ts"
import { memorySpool } from "./file-spool.ts"
import { memoryBlobs } from "./memory-blobs.ts"
import { memoryFeatureLog } from "./memory-feature-log.ts"
import { memoryLog } from "./memory-log.ts"
import { memoryReleases } from "./memory-releases.ts"
import { memoryState } from "./memory-state.ts"
import { memoryValues } from "./memory-values.ts"
import type { Store } from "./ports.ts"

/** A store without a disk: for tests, evaluation and simulations. Everything is gone once it is dropped. */
export function memoryStore({ clock = systemClock }: { readonly clock?: Clock } = {}): Store {
  const log = memoryLog({ clock })
  const state = memoryState()
  return {
    log,
    state,
    values: memoryValues(),
    blobs: memoryBlobs(),
    releases: memoryReleases({ clock }),
    features: memoryFeatureLog(),
    spool: memorySpool(),
    async trim() {},
    async close() {
      await log.close()
      await state.close()
    },
  }
}
