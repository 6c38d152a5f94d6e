import { readFileSync } from "node:fs"

/** Memory of this process as the machine counts it. */
export interface ProcessMemory {
  /** Everything resident, pages of files among it. */
  readonly residentBytes: number
  /** What no file stands behind: what this process itself took. Undefined where the machine does not tell. */
  readonly anonymousBytes: number | undefined
}

/** Reads the memory of this process: from `/proc` where there is one. */
export function processMemory(): ProcessMemory {
  let status = ""
  try {
    status = readFileSync("/proc/self/status", "utf8")
  } catch {
    // Only Linux tells.
  }
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]
  return { residentBytes: process.memoryUsage.rss(), anonymousBytes: anonymous === undefined ? undefined : Number(anonymous) * 1024 }
}
