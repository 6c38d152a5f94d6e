#!/usr/bin/env node
import { processContext } from "./process-context.ts"
import { run } from "./run.ts"

const { context, dispose } = processContext()
process.exitCode = await run(process.argv.slice(2), context)
dispose()
