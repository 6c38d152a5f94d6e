import type { Position } from "../core/index.ts"

interface Waiter {
  readonly position: Position
  readonly resolve: (position: Position) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: what comes while a commit is under way goes into the next one together.
 *
 * A commit that fails keeps its pieces at the head of the queue and tells everybody who waits; the next piece (or `flush`) tries again. So a
 * client that sends the same events again after the disk has room is answered once they are durable, and nothing is stored twice.
 */
export class CommitQueue<Piece extends { readonly last: Position; readonly bytes: number }> {
  readonly #commit: (pieces: readonly Piece[]) => Promise<void>
  #waiting: Piece[] = []
  #waiters: Waiter[] = []
  #bytes = 0
  #durable: Position
  #running: Promise<void> | undefined

  constructor(durable: Position, commit: (pieces: readonly Piece[]) => Promise<void>) {
    this.#durable = durable
    this.#commit = commit
  }

  /** The last position known to be on disk. */
  get durable(): Position {
    return this.#durable
  }

  /** Bytes that are accepted and not yet on disk. */
  get bytes(): number {
    return this.#bytes
  }

  add(piece: Piece): void {
    this.#waiting.push(piece)
    this.#bytes += piece.bytes
  }

  /** Resolves with `position` once everything up to it is on disk; starts a commit when none is under way. */
  whenDurable(position: Position): Promise<Position> {
    if (position <= this.#durable) return Promise.resolve(position)
    this.#start()
    const durable = new Promise<Position>((resolve, reject) => this.#waiters.push({ position, resolve, reject }))
    // Whoever does not look at the promise must not bring the process down; whoever does still sees the rejection.
    durable.catch(() => {})
    return durable
  }

  /** Commits everything that waits. */
  async flush(): Promise<void> {
    await this.#running
    if (this.#waiting.length > 0) await this.whenDurable(this.#waiting.at(-1)!.last)
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#waiting.length > 0 && this.#waiters.length > 0) this.#start()
    })
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const pieces = this.#waiting
      this.#waiting = []
      try {
        await this.#commit(pieces)
      } catch (error) {
        this.#waiting = [...pieces, ...this.#waiting]
        const refused = this.#waiters
        this.#waiters = []
        for (const { reject } of refused) reject(error)
        return
      }
      this.#durable = pieces.at(-1)!.last
      for (const piece of pieces) this.#bytes -= piece.bytes
      const [done, left] = [
        this.#waiters.filter((w) => w.position <= this.#durable),
        this.#waiters.filter((w) => w.position > this.#durable),
      ]
      this.#waiters = left
      for (const { position, resolve } of done) resolve(position)
    }
  }
}
