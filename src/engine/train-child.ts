import { systemClock, TrommelError } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { openStore } from "../storage/index.ts"
import { type TrainingMessage, type TrainingOrder, trainInline } from "./train.ts"

/** The entry of the process that trains: takes one order, tells how far it is, sends the report, ends. */
const stop = new AbortController()
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort())
process.on("disconnect", () => process.exit(1))
process.once("message", (order: TrainingOrder) => {
  train(order)
    .then((report) => say({ kind: "done", report }))
    .catch((error: unknown) => say(failure(error)))
    .finally(() => process.disconnect())
})

async function train(order: TrainingOrder) {
  const made = (await import(order.module)) as Record<string, (options: unknown) => SystemDefinition>
  const definition = made[order.factory]!(order.options)
  const store = await openStore({ dir: order.storeDir, tenant: order.tenant, mode: "read" })
  try {
    const job = {
      definition,
      store,
      storeDir: order.storeDir,
      seed: order.seed,
      clock: systemClock,
      ...(order.data === undefined ? {} : { data: order.data }),
    }
    return await trainInline(job, { signal: stop.signal, onProgress: (progress) => void say({ kind: "progress", progress }) })
  } finally {
    await store.close()
  }
}

function say(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => (process.send === undefined ? resolve() : process.send(message, undefined, undefined, () => resolve())))
}

function failure(error: unknown): TrainingMessage {
  if (error instanceof TrommelError) {
    const { name, where, expected, came, remedy, message } = error
    return { kind: "failed", name, parts: [where, expected, came, remedy], message }
  }
  return {
    kind: "failed",
    name: "Error",
    parts: undefined,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
