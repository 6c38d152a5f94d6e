/** What is decided, for whom, and how success is counted: the head of every definition. */
export interface ProblemStatement {
  /** The request as it came, in one sentence. */
  readonly prompt: string
  /** The same in our own words: input, output, objective. */
  readonly restated: string
  readonly objective: string
  /** Metrics on held-out data; the first gates releases. */
  readonly offlineMetrics: readonly string[]
  /** Metrics on live traffic; the first stands for the objective. */
  readonly onlineMetrics: readonly string[]
  /** Service level: milliseconds at the 99th percentile, and requests a second. */
  readonly latencyP99Ms: number
  readonly queriesPerSecond: number
}
