/** A line of the table: a figure of ours beside what a peer reaches on the same rows. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly peer: string
}
