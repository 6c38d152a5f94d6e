// How the threads of a crew share out the calls of a round, over a few words of shared memory.

/** Words of the control block. */
export const Words = {
  /** Counts rounds; threads sleep on it. */
  round: 0,
  /** The round's number times 2 * maxTasks plus the next call to claim; -1 between rounds, so that a late thread claims nothing. */
  claim: 1,
  calls: 2,
  /** Which function, by its place among the sorted names. */
  named: 3,
  done: 4,
  stop: 5,
  failed: 6,
  /** Words in all; keeps the lists of arguments aligned. */
  count: 8,
} as const

export const maxTasks = 1024
export const maxArguments = 20
export const controlBytes = Words.count * 4 + maxTasks * maxArguments * 8

/** The next call of that round for this thread, or -1 when there is none left. */
export function claimTask(control: Int32Array, round: number): number {
  for (;;) {
    const claim = Atomics.load(control, Words.claim)
    if (claim < 0 || Math.floor(claim / (2 * maxTasks)) !== round) return -1
    const task = claim % (2 * maxTasks)
    if (task >= Atomics.load(control, Words.calls)) return -1
    if (Atomics.compareExchange(control, Words.claim, claim, claim + 1) === claim) return task
  }
}

/** Takes part in every round until told to stop. A call that throws is told to the caller, and the round ends all the same. */
export function joinCrew(functions: Record<string, (...args: number[]) => unknown>, shared: SharedArrayBuffer, spins: number): void {
  const control = new Int32Array(shared, 0, Words.count)
  const lists = new Float64Array(shared, Words.count * 4)
  const names = Object.keys(functions).sort()
  let seen = 0
  while (Atomics.load(control, Words.stop) === 0) {
    const round = Atomics.load(control, Words.round)
    if (round === seen) {
      let spun = 0
      while (spun < spins && Atomics.load(control, Words.round) === seen) spun++
      if (spun === spins) Atomics.wait(control, Words.round, seen)
      continue
    }
    seen = round
    for (let task = claimTask(control, round); task >= 0; task = claimTask(control, round)) {
      const run = functions[names[Atomics.load(control, Words.named)]!]!
      try {
        run(...lists.subarray(task * maxArguments, (task + 1) * maxArguments))
      } catch {
        Atomics.store(control, Words.failed, 1)
      }
      Atomics.add(control, Words.done, 1)
      Atomics.notify(control, Words.done)
    }
  }
}
