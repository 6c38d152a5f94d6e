import { serveTasks } from "../../core/index.ts"
import { vectorTasks } from "./tasks.ts"

// The entry of a thread of a vector pool: see pool.ts.
await serveTasks(vectorTasks)
