import { Conflict, InvalidArgument, TrommelError, unknownName } from "../../core/index.ts"
import type { FtrlLearner } from "./ftrl-learner.ts"
import type { FtrlModel } from "./ftrl-model.ts"
import type { SparseData } from "./sparse-data.ts"

/** What can be served while it learns: {@link ftrlOnline} makes one of an FTRL learner. */
export interface OnlineLearner<Batch, Model> {
  /**
   * Learns from a batch.
   * @returns its rows and the sum of their losses, each predicted before it was learned from
   * @throws {@link InvalidArgument} before anything is learned, when the batch is not fit to learn from
   */
  learn(batch: Batch): { readonly rows: number; readonly loss: number }
  /** An immutable copy that can be served. */
  snapshot(): Model
  /** Goes on from a copy. */
  restore(model: Model): void
  /** Whether everything in the copy is a finite number. */
  isSound(model: Model): boolean
}

export interface OnlineConfig {
  /** A version is published after so many rows. Default 10,000. */
  readonly every?: number
  /** Versions kept to roll back to, the served one included; 2 or more. Default 5. */
  readonly keep?: number
  /** Rows since the last version after which their mean loss is judged. Default 1,000, and at most `every`. */
  readonly judgeAfter?: number
  /** A mean loss above this many times what published versions had is a blow-up. Above 1; default 2. */
  readonly blowUp?: number
  /** Blow-ups in a row after which it learns no more until a person resumes it. Default 3. */
  readonly patience?: number
}

/** One published version. */
export interface OnlineVersion<Model> {
  readonly version: number
  readonly model: Model
  /** Rows it was learned from since the start or the roll-back, and the mean loss of those since the version before. */
  readonly rows: number
  readonly loss: number
}

/** What became of a batch. */
export interface OnlineOutcome {
  /** `refused`: nothing was learned. `rolledBack`: it and all since the last version was forgotten. */
  readonly outcome: "learned" | "published" | "refused" | "rolledBack"
  /** The version that is served now. */
  readonly version: number
  readonly reason?: string
}

/** A model that is served while it learns, with versions to go back to. Holds the learner and `keep` copies, however long it runs. */
export interface OnlineModel<Batch, Model> {
  /** The served version: immutable, so a request that began with it ends with it. */
  readonly current: OnlineVersion<Model>
  /** Versions to roll back to, oldest first; the last is served. */
  readonly versions: readonly OnlineVersion<Model>[]
  readonly isHalted: boolean
  /** Batches refused and automatic roll-backs so far. */
  readonly refused: number
  readonly rolledBack: number
  /** Learns from a batch, and publishes, refuses or rolls back as the guards say. Never throws on a bad batch. */
  update(batch: Batch): OnlineOutcome
  /**
   * Serves an earlier version again, at once: the one before, or the one named. Later versions are dropped and learning goes on from there.
   * @throws {@link Conflict} when there is none before; {@link NotFound} when it is no longer kept
   */
  rollback(version?: number): OnlineVersion<Model>
  /** Learns again after a halt, and takes the loss that comes as the new normal. */
  resume(): void
}

/**
 * Serves a learner's latest version while it learns. The guards: a batch that the learner refuses changes nothing; a loss that is no number, a
 * version with weights that are not finite, or a mean loss far above that of published versions rolls the learner back to the served version.
 * What is served is only ever a version that passed them.
 */
export function openOnline<Batch, Model>(learner: OnlineLearner<Batch, Model>, config: OnlineConfig = {}): OnlineModel<Batch, Model> {
  const { every, keep, judgeAfter, blowUp, patience } = complete(config)
  let versions: OnlineVersion<Model>[] = [{ version: 0, model: learner.snapshot(), rows: 0, loss: Number.NaN }]
  let nextVersion = 1
  /** Rows and loss since the last version, and the mean loss to judge them by. */
  let rows = 0
  let loss = 0
  let usual = Number.NaN
  let inARow = 0
  const counts = { refused: 0, rolledBack: 0 }
  const current = () => versions.at(-1)!
  const told = (outcome: OnlineOutcome["outcome"], reason?: string): OnlineOutcome =>
    reason === undefined ? { outcome, version: current().version } : { outcome, version: current().version, reason }

  function startOver(): void {
    rows = 0
    loss = 0
  }

  function forget(reason: string): OnlineOutcome {
    learner.restore(current().model)
    startOver()
    counts.rolledBack++
    inARow++
    return told("rolledBack", reason)
  }

  function publish(): OnlineOutcome {
    const model = learner.snapshot()
    if (!learner.isSound(model)) return forget("a weight that is not finite")
    const mean = loss / rows
    versions.push({ version: nextVersion++, model, rows: current().rows + rows, loss: mean })
    if (versions.length > keep) versions.shift()
    usual = Number.isNaN(usual) ? mean : 0.8 * usual + 0.2 * mean
    inARow = 0
    startOver()
    return told("published")
  }

  return {
    get current() {
      return current()
    },
    get versions() {
      return versions
    },
    get isHalted() {
      return inARow >= patience
    },
    get refused() {
      return counts.refused
    },
    get rolledBack() {
      return counts.rolledBack
    },
    update(batch) {
      if (inARow >= patience) {
        counts.refused++
        return told("refused", `halted after ${inARow} blow-ups in a row: look at the data, then resume`)
      }
      try {
        const learned = learner.learn(batch)
        rows += learned.rows
        loss += learned.loss
      } catch (error) {
        if (!(error instanceof TrommelError)) throw error
        counts.refused++
        return told("refused", error.message)
      }
      if (!Number.isFinite(loss)) return forget("a loss that is no number")
      const mean = loss / rows
      if (rows >= judgeAfter && mean > blowUp * usual) {
        return forget(`a mean loss of ${mean.toPrecision(3)} over ${rows} rows, above ${blowUp} times the usual ${usual.toPrecision(3)}`)
      }
      return rows >= every ? publish() : told("learned")
    },
    rollback(version) {
      const place = version === undefined ? versions.length - 2 : versions.findIndex((one) => one.version === version)
      if (place < 0) {
        if (version !== undefined)
          throw unknownName(
            "rollback",
            "version",
            String(version),
            versions.map((one) => String(one.version)),
          )
        throw new Conflict("rollback", "a version before the served one", "only one", "Keep more versions, or publish first.")
      }
      versions = versions.slice(0, place + 1)
      learner.restore(current().model)
      startOver()
      inARow = 0
      return current()
    },
    resume() {
      inARow = 0
      usual = Number.NaN
    },
  }
}

/** An FTRL learner that can be served while it learns. */
export function ftrlOnline(learner: FtrlLearner): OnlineLearner<SparseData, FtrlModel> {
  return {
    learn: ({ rows, targets, weights }) => ({ rows: rows.rows, loss: learner.updateLoss(rows, targets, weights) }),
    snapshot: () => learner.snapshot(),
    restore: (model) => learner.restore(model),
    isSound: (model) => Number.isFinite(model.intercept) && model.weights.every(Number.isFinite),
  }
}

function complete(config: OnlineConfig): Required<OnlineConfig> {
  const { every = 10_000, keep = 5, blowUp = 2, patience = 3 } = config
  const { judgeAfter = Math.min(1000, every) } = config
  const wholes = { every: [every, 1], keep: [keep, 2], judgeAfter: [judgeAfter, 1], patience: [patience, 1] } as const
  for (const [name, [value, least]] of Object.entries(wholes)) {
    if (!(Number.isInteger(value) && value >= least)) {
      throw new InvalidArgument("openOnline", `${name} as a whole number from ${least}`, String(value), "Leave it out for the default.")
    }
  }
  if (!(blowUp > 1)) throw new InvalidArgument("openOnline", "blowUp above 1", String(blowUp), "Pass 2.")
  if (judgeAfter > every)
    throw new InvalidArgument("openOnline", `judgeAfter of at most every, ${every}`, String(judgeAfter), "Make it smaller.")
  return { every, keep, judgeAfter, blowUp, patience }
}
