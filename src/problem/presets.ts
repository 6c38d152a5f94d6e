import type { Scenario } from "./scenario.ts"

/** One rented machine: 16 cores, 64 GB. The price is assumed, of the order of public list prices. */
const machine = { cores: 16, memoryBytes: 64e9, costPerHour: 0.8 }

/** Index scan with early stops, trees at 1 µs a document and a deep model at 1 ms: the costs of the usual textbook case. */
const searchStages: Scenario["stages"] = [
  { name: "select", microsPerItem: 0.01, keeps: 100_000, budgetMs: 100 },
  { name: "trees", microsPerItem: 1, keeps: 500, budgetMs: 100, least: 10_000 },
  { name: "deep", microsPerItem: 1000, keeps: 100, budgetMs: 130, least: 100 },
]

const search = (items: number, matches: number, peakQps: number): Scenario => ({
  items,
  matches,
  bytesPerItem: 500,
  peakQps,
  requestsPerDay: peakQps * 43_200,
  logBytesPerRequest: 2000,
  p99Ms: 500,
  fixedMs: 60,
  stages: searchStages,
  machine,
})

/**
 * Scenarios people ask about, ready to plan: 100 million, 10 billion and 100 billion documents, and a feed of 500 million users.
 *
 * All costs an item, bytes and prices are assumptions; load and sizes are those of the usual textbook cases.
 */
export const scenarioPresets = {
  "100-million-documents": search(1e8, 1e8, 1000),
  /** Every document matches. */
  "10-billion-documents": search(1e10, 1e10, 1000),
  /** One in ten matches. */
  "100-billion-documents": search(1e11, 1e10, 10_000),
  /** 10 fetches a day each: 5 billion rankings a day, some 57,900 a second on average, twice that at peak. */
  "500-million-users": {
    items: 5e8,
    matches: 1000,
    bytesPerItem: 1000,
    peakQps: 115_740,
    requestsPerDay: 5e9,
    logBytesPerRequest: 2000,
    p99Ms: 400,
    fixedMs: 80,
    stages: [
      { name: "select", microsPerItem: 1, keeps: 700, budgetMs: 30 },
      { name: "light", microsPerItem: 5, keeps: 200, budgetMs: 20 },
      { name: "heavy", microsPerItem: 100, keeps: 50, budgetMs: 80 },
    ],
    machine,
  },
} as const satisfies Readonly<Record<string, Scenario>>

/** Name of one of the {@link scenarioPresets}. */
export type ScenarioPreset = keyof typeof scenarioPresets
