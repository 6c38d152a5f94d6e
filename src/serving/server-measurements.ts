import type { Measurement } from "../definition/index.ts"
import type { ServingContext } from "./context.ts"
import { processMemory } from "./process-memory.ts"

/** What the server knows of itself: requests, places, refusals, event loop, memory. */
export function serverMeasurements({ meters, gate, counts }: ServingContext): Measurement[] {
  const { inFlight, queued, admitted, rejected } = gate.counts()
  const one = (kind: "counter" | "gauge", name: string, help: string, value: number): Measurement => ({ kind, name, help, value })
  const { residentBytes, anonymousBytes } = processMemory()
  return [
    ...meters.measurements(),
    one("gauge", "trommel_http_in_flight", "Ranking requests and operations worked on now.", inFlight),
    one("gauge", "trommel_http_queued", "Ranking requests and operations waiting for a place.", queued),
    one("counter", "trommel_http_admitted_total", "Ranking requests and operations let in.", admitted),
    one("counter", "trommel_http_rejected_total", "Ranking requests and operations refused for lack of a place.", rejected),
    one("gauge", "trommel_http_event_bytes", "Bytes of event batches being taken in now.", counts.eventBytes),
    one("counter", "trommel_http_event_batches_rejected_total", "Event batches refused for lack of room.", counts.eventBatchesRejected),
    one("gauge", "trommel_http_streams", "Open status streams.", counts.streams),
    one("gauge", "process_resident_memory_bytes", "Resident memory of the process.", residentBytes),
    ...(anonymousBytes === undefined
      ? []
      : [one("gauge", "process_anonymous_memory_bytes", "Resident memory that no file stands behind.", anonymousBytes)]),
    one("gauge", "process_heap_bytes", "JavaScript heap in use.", process.memoryUsage().heapUsed),
    one("counter", "process_cpu_seconds_total", "Processor time used, user and system.", cpuSeconds()),
  ]
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
