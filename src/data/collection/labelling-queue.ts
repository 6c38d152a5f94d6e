import { Conflict, InvalidArgument, type JudgementEvent, unknownName } from "../../core/index.ts"
import { eventId } from "../layouts/layout.ts"

/** Something to be judged: `id` names the task, the rest says what of. */
export interface LabellingTask {
  readonly id: string
  readonly query?: string
  readonly item?: string
  readonly collection?: string
}

/** How tasks are handed out and settled. */
export interface QueueOptions {
  readonly system: string
  readonly tasks: readonly LabellingTask[]
  /** Raters who judge each task, an odd number best; 3 without. */
  readonly redundancy?: number
  /** Share of votes that settles a task; in (0.5, 1], 0.6 without: two of three. Others go to adjudication. */
  readonly settledFrom?: number
}

/** Where a queue stands. */
export interface QueueCounts {
  readonly tasks: number
  readonly settled: number
  /** Judged by enough raters who disagree: for {@link LabellingQueue.adjudicate}. */
  readonly disputed: number
  readonly judgements: number
}

/** Hands tasks to raters, gathers what they say, and settles what they agree on. */
export interface LabellingQueue {
  /** A task that this rater has not judged and that needs more judges: those nearest to being done first; `undefined` when there is none. */
  next(rater: string): LabellingTask | undefined
  /**
   * Takes a judgement. @returns the event for the log
   * @throws {@link Conflict} when the rater judged it before, or it has enough
   */
  judge(rater: string, task: string, label: string, timestamp: number): JudgementEvent
  /** Tasks whose raters disagree, with their votes. */
  disputed(): { readonly task: LabellingTask; readonly votes: Readonly<Record<string, number>> }[]
  /** Settles a disputed task by an expert's word. @returns the event for the log */
  adjudicate(expert: string, task: string, label: string, timestamp: number): JudgementEvent
  /** Settled tasks and their labels; `by` says how. */
  settled(): { readonly task: LabellingTask; readonly label: string; readonly by: "majority" | "adjudication" }[]
  readonly counts: QueueCounts
}

interface Progress {
  readonly task: LabellingTask
  readonly votes: Map<string, string>
  label?: { readonly value: string; readonly by: "majority" | "adjudication" }
}

/** An empty queue over these tasks. The log keeps every judgement; judging the same events again gives the same queue. */
export function labellingQueue(options: QueueOptions): LabellingQueue {
  const { system, tasks, redundancy = 3, settledFrom = 0.6 } = options
  if (!(Number.isInteger(redundancy) && redundancy >= 1 && settledFrom > 0.5 && settledFrom <= 1)) {
    const came = `redundancy ${redundancy}, settledFrom ${settledFrom}`
    throw new InvalidArgument("labellingQueue", "at least 1 rater and a share in (0.5, 1]", came, "Pass such as { redundancy: 3 }.")
  }
  const all = new Map(tasks.map((task): [string, Progress] => [task.id, { task, votes: new Map() }]))
  const find = (task: string) => {
    const found = all.get(task)
    if (found === undefined) throw unknownName("labellingQueue", "task", task, [...all.keys()].slice(0, 5))
    return found
  }
  const isDisputed = ({ votes, label }: Progress) => label === undefined && votes.size >= redundancy
  const event = (task: LabellingTask, rater: string, label: string, timestamp: number): JudgementEvent => {
    const { id, ...about } = task
    return { id: eventId(system, id, rater), timestamp, event: "judgement", system, ...about, label, rater }
  }
  return {
    next(rater) {
      let best: Progress | undefined
      for (const progress of all.values()) {
        if (progress.votes.size >= redundancy || progress.votes.has(rater)) continue
        if (best === undefined || progress.votes.size > best.votes.size) best = progress
      }
      return best?.task
    },
    judge(rater, id, label, timestamp) {
      const progress = find(id)
      if (progress.votes.has(rater) || progress.votes.size >= redundancy) {
        const came = progress.votes.has(rater) ? `a second judgement by ${rater}` : `${progress.votes.size} already`
        throw new Conflict(`task ${id}`, `at most ${redundancy} judgements by as many raters`, came, "Ask for the next task.")
      }
      progress.votes.set(rater, label)
      if (progress.votes.size === redundancy) {
        const [first] = Object.entries(tally(progress.votes)).sort((a, b) => b[1] - a[1])
        if (first![1] / redundancy >= settledFrom) progress.label = { value: first![0], by: "majority" }
      }
      return event(progress.task, rater, label, timestamp)
    },
    disputed: () => [...all.values()].filter(isDisputed).map(({ task, votes }) => ({ task, votes: tally(votes) })),
    adjudicate(expert, id, label, timestamp) {
      const progress = find(id)
      if (!isDisputed(progress)) throw new Conflict(`task ${id}`, "a disputed task", "one that is not", "Look at disputed() first.")
      progress.label = { value: label, by: "adjudication" }
      return event(progress.task, expert, label, timestamp)
    },
    settled: () =>
      [...all.values()].flatMap(({ task, label }) => (label === undefined ? [] : [{ task, label: label.value, by: label.by }])),
    get counts() {
      const progress = [...all.values()]
      return {
        tasks: progress.length,
        settled: progress.filter(({ label }) => label !== undefined).length,
        disputed: progress.filter(isDisputed).length,
        judgements: progress.reduce((sum, { votes }) => sum + votes.size, 0),
      }
    },
  }
}

function tally(votes: ReadonlyMap<string, string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const label of votes.values()) counts[label] = (counts[label] ?? 0) + 1
  return counts
}
