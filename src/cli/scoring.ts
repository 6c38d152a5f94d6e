import { availableParallelism } from "node:os"

/** Where a server's models score: with a core to spare, beside the thread that answers. */
export const scoringHere = () => (availableParallelism() > 1 ? "thread" : "inline")
