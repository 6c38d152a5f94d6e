import { Corrupt, type LogEntry } from "../../core/index.ts"
import type { JoinedKind, LabelJoinStats } from "./join-labels.ts"

/** One line of an account: records that came in, and where each went. Both sides are equal. */
export interface AccountLine {
  readonly what: string
  readonly in: number
  /** Where they went, by name. */
  readonly out: Readonly<Record<string, number>>
}

/** Counts what a join should read, straight from the log and by other code than the join's. */
export async function countForJoin(entries: AsyncIterable<readonly LogEntry[]>, system: string): Promise<Record<JoinedKind, number>> {
  const counts = { served: 0, impression: 0, interaction: 0 }
  for await (const batch of entries) {
    for (const { record } of batch) {
      if (record.event === "interaction") counts.interaction++
      else if (record.event === "served" && record.system === system) counts.served++
      else if (record.event === "impression" && record.system === system) counts.impression++
    }
  }
  return counts
}

/**
 * Accounts for every record of the log: each interaction, impression and served list went to exactly one place, and every list came from one.
 *
 * @param stats - of a join that was read to its end
 * @param counted - of {@link countForJoin} over the same span of the log
 * @throws {@link Corrupt} naming the line that does not add up
 */
export function reconcileJoin(stats: Readonly<LabelJoinStats>, counted: Readonly<Record<JoinedKind, number>>): AccountLine[] {
  const { attributed, duplicates, unattributed, outside, lists, unseen, servedAgain, impressions, lateOf } = stats
  const lines: AccountLine[] = [
    {
      what: "interactions",
      in: counted.interaction,
      out: { attributed, duplicates, "outside the window": outside - impressions.outside, unattributed, late: lateOf.interaction },
    },
    {
      what: "impressions",
      in: counted.impression,
      out: {
        ...{ "narrowed a served list": impressions.narrowed, "lists of their own": impressions.alone },
        ...{ "outside the window": impressions.outside, late: lateOf.impression },
      },
    },
    {
      what: "served lists and lists of impressions",
      in: counted.served + impressions.alone,
      out: { labelled: lists, unseen, repeated: servedAgain, late: lateOf.served },
    },
  ]
  for (const { what, in: came, out } of lines) {
    const went = Object.values(out).reduce((sum, count) => sum + count, 0)
    if (went !== came) {
      const parts = Object.entries(out).map(([name, count]) => `${count} ${name}`)
      throw new Corrupt(
        "reconcileJoin",
        `${came} ${what}`,
        `${went}: ${parts.join(", ")}`,
        "Read the join to its end, over the span that was counted.",
      )
    }
  }
  return lines
}
