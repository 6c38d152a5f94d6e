import type { Command } from "./command.ts"
import { numberFlag, portFlags } from "./input.ts"
import { progressLine } from "./progress.ts"
import { serverSettings, serveUntilStopped } from "./serve.ts"

/** `trommel demo`. */
export const demoCommand: Command = {
  name: "demo",
  usage: "trommel demo [--host ADDRESS] [--port N] [--seed N]",
  summary: "the embedded world: imported, trained and served",
  text: "Real films and a simulated audience. The port opens when the first page can be ranked; run again, it goes on with what is there.",
  flags: { ...portFlags, seed: { value: "N", text: "another audience; 1" } },
  positionals: [0, 0],
  async run(input, context) {
    const settings = serverSettings(input, context)
    const seed = numberFlag(input, "seed", 1, { min: 0, max: 2 ** 32 - 1, whole: true })
    const line = progressLine("demo", context.stderr, context.monotonicMs)
    const { store, tenant } = input
    const engine = await context.demo({ store, tenant, seed, signal: context.signal, onProgress: line.show }).finally(() => line.end())
    return serveUntilStopped(engine, settings, input, context)
  },
}
