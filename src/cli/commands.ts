import { benchCommand } from "./bench.ts"
import type { Command } from "./command.ts"
import { dataCommand } from "./data.ts"
import { demoCommand } from "./demo.ts"
import { evaluateCommand } from "./evaluate.ts"
import { explainCommand } from "./explain.ts"
import { exportCommand } from "./export.ts"
import { helpCommand } from "./help.ts"
import { importCommand } from "./import.ts"
import { newCommand } from "./new.ts"
import { planCommand } from "./plan.ts"
import { releasesCommand } from "./releases.ts"
import { requestsCommand } from "./requests.ts"
import { serveCommand } from "./serve.ts"
import { simulateCommand } from "./simulate.ts"
import { trainCommand } from "./train.ts"

/** Every command, in the order people meet them. A function, because help lists them and is one of them. */
export function commands(): readonly Command[] {
  return [
    demoCommand,
    planCommand,
    newCommand,
    importCommand,
    dataCommand,
    trainCommand,
    evaluateCommand,
    exportCommand,
    serveCommand,
    requestsCommand,
    explainCommand,
    releasesCommand,
    simulateCommand,
    benchCommand,
    helpCommand,
  ]
}
