import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { ifThere, names, writeWhole } from "./files.ts"
import { pathSegment, segmentName } from "./keys.ts"
import type { Spool } from "./ports.ts"

/** Parcels as files of one folder, each whole or not there. */
export function fileSpool(folder: string): Spool {
  const path = (name: string) => join(folder, pathSegment(name))
  return {
    put: (name, bytes) => writeWhole(path(name), bytes),
    get: async (name) => ifThere(readFile(path(name))),
    async delete(name) {
      await ifThere(rm(path(name), { force: true }))
    },
    names: async () => [...(await names(folder))].map(segmentName).sort(),
  }
}

/** The same in a `Map`, for stores without a disk. */
export function memorySpool(): Spool {
  const parcels = new Map<string, Uint8Array>()
  return {
    async put(name, bytes) {
      parcels.set(name, new Uint8Array(bytes))
    },
    get: async (name) => parcels.get(name)?.slice(),
    async delete(name) {
      parcels.delete(name)
    },
    names: async () => [...parcels.keys()].sort(),
  }
}
