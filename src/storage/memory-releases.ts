import { type Clock, Conflict, systemClock, unknownName } from "../core/index.ts"
import type { ReleaseStore } from "./ports.ts"

interface Stored {
  readonly createdMs: number
  readonly manifest: Uint8Array
  evidence?: Uint8Array
}

/** The refusal when a history is not what the caller last saw. */
export function historyMoved(system: string, expected: readonly string[], came: readonly string[]): Conflict {
  const shown = (ids: readonly string[]) => ids.at(-1) ?? "no release"
  return new Conflict(
    `releases of ${system}`,
    `${shown(expected)} to be live`,
    `${shown(came)} (promoted meanwhile)`,
    "Look at the list of releases and decide again.",
  )
}

export const sameIds = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((id, i) => id === b[i])

/** Releases in memory. */
export function memoryReleases({ clock = systemClock }: { readonly clock?: Clock } = {}): ReleaseStore {
  const systems = new Map<string, Map<string, Stored>>()
  const histories = new Map<string, readonly string[]>()
  const watchers = new Set<(system: string) => void>()
  const find = (system: string, id: string): Stored => {
    const stored = systems.get(system)?.get(id)
    if (stored === undefined) throw unknownName(`releases of ${system}`, "release", id, systems.get(system)?.keys() ?? [])
    return stored
  }
  return {
    async put(system, id, manifest) {
      const releases = systems.get(system) ?? new Map<string, Stored>()
      systems.set(system, releases)
      if (!releases.has(id)) releases.set(id, { createdMs: clock.now(), manifest: new Uint8Array(manifest) })
    },
    manifest: async (system, id) => new Uint8Array(find(system, id).manifest),
    async putEvidence(system, id, evidence) {
      find(system, id).evidence = new Uint8Array(evidence)
    },
    async evidence(system, id) {
      const { evidence } = find(system, id)
      return evidence === undefined ? undefined : new Uint8Array(evidence)
    },
    async list(system) {
      const newestFirst = [...(systems.get(system) ?? [])].reverse()
      return newestFirst.map(([id, { createdMs }]) => ({ id, createdMs })).sort((a, b) => b.createdMs - a.createdMs)
    },
    history: async (system) => histories.get(system) ?? [],
    async setHistory(system, expected, next) {
      const current = histories.get(system) ?? []
      if (!sameIds(current, expected)) throw historyMoved(system, expected, current)
      histories.set(system, [...next])
      for (const watcher of watchers) watcher(system)
    },
    watch(onChange) {
      const watcher = (system: string) => onChange(system)
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}
