import { openCrew, openSharedKernel, type SparseMatrix } from "../../core/index.ts"
import type { FactorKernel } from "./factor-kernel.ts"
import { type FoldInRule, strideOf } from "./factor-model.ts"

/** Multiplications of one call of the kernel: a few milliseconds, so that threads share evenly and others may work between. */
const CALL = 2e7
/** A side is solved in at least so many calls. */
const LEAST_CALLS = 16
/** Calls a round for each thread: enough that none waits long for the last. */
const CALLS = 4

/** One factorization under way, in the memory of a kernel job. */
export interface AlsJob extends AsyncDisposable {
  setItems(factors: Float32Array): void
  /** A copy of the items' factors, shape `[items, stride]`. */
  items(): Float32Array
  /** The factors of the people, shape `[users, stride]`: a view, good until the next call. */
  people(): Float32Array
  /** Solves every row of a side; yields the share done, so that others may work between. */
  solve(side: Side): Generator<number>
}

type Side = "users" | "items"

/** Bytes a factorization takes: both sides' factors, the pairs twice, and scratch for each thread. */
export function alsMemoryBytes({
  rows,
  cols,
  pairs,
  factors,
  threads = 1,
  weighted = false,
}: {
  readonly rows: number
  readonly cols: number
  readonly pairs: number
  readonly factors: number
  readonly threads?: number
  readonly weighted?: boolean
}): number {
  const n = strideOf(factors)
  const side = (count: number) => 4 * (count * (n + 2) + pairs * (weighted ? 3 : 1))
  return side(rows) + side(cols) + 4 * (n * n + CALLS * threads * (n * n + 33 * n)) + 64 * 32
}

/** Opens a job for a matrix and its transpose. @throws {@link TooLarge} naming the bytes it would need */
export async function alsJob(
  byUser: SparseMatrix,
  byItem: SparseMatrix,
  {
    factors,
    threads,
    memoryCapBytes,
    steps,
  }: { readonly factors: number; readonly threads: number; readonly memoryCapBytes: number; readonly steps: number },
  rules: Readonly<Record<Side, FoldInRule>>,
): Promise<AlsJob> {
  const n = strideOf(factors)
  const job = await openSharedKernel<FactorKernel>("factors-shared", memoryCapBytes)
  const { arena, run } = job
  const needed = {
    rows: byUser.rows,
    cols: byUser.cols,
    pairs: byUser.indices.length,
    factors,
    threads,
    weighted: byUser.values !== undefined,
  }
  arena.reserve(alsMemoryBytes(needed))
  const sides = { users: layOut("users", byUser), items: layOut("items", byItem) }
  const gram = arena.add("gram", "f32", n * n)
  const slots = Array.from({ length: CALLS * threads }, (_, slot) => arena.add(`scratch ${slot}`, "f32", run.scratchLength(n)))
  const crew = openCrew<FactorKernel>(job, threads)

  function layOut(name: Side, matrix: SparseMatrix) {
    const { rows, offsets, indices, values } = matrix
    const rule = rules[name]
    const ridge = Float32Array.from(
      { length: rows },
      (_, row) => rule.ridge.base + rule.ridge.perPair * (offsets[row + 1]! - offsets[row]!),
    )
    return {
      rows,
      offsets,
      at: {
        factors: arena.add(`${name}.factors`, "f32", rows * n),
        offsets: arena.put(`${name}.offsets`, "u32", offsets),
        indices: arena.put(`${name}.indices`, "u32", indices),
        entries: values === undefined ? 0 : arena.put(`${name}.entries`, "f32", entriesOf(values, rule)),
        ridge: arena.put(`${name}.ridge`, "f32", ridge),
      },
    }
  }

  return {
    setItems: (given) => arena.view("items.factors", "f32").set(given),
    items: () => arena.view("items.factors", "f32").slice(),
    people: () => arena.view("users.factors", "f32"),
    *solve(side) {
      const [own, other] = side === "users" ? [sides.users, sides.items] : [sides.items, sides.users]
      const { share, weight, pull } = rules[side]
      arena.view("gram", "f32").fill(0)
      run.gram(other.at.factors, n, 0, other.rows, gram)
      const { offsets, indices, entries, ridge, factors: out } = own.at
      const call = ([from, to]: readonly [number, number], slot: number) => {
        const others = [other.at.factors, n, gram, share, ridge, out, slots[slot]!]
        return [from, to, offsets, indices, entries, weight, pull, ...others, ...(steps === 0 ? [] : [steps])]
      }
      const all = [...blocks(own.offsets, n)]
      for (let begin = 0; begin < all.length; begin += slots.length) {
        const round = all.slice(begin, begin + slots.length)
        crew.run(steps === 0 ? "solveRows" : "stepRows", round.map(call))
        yield round.at(-1)![1] / own.rows
      }
    },
    [Symbol.asyncDispose]: () => crew.close(),
  }
}

/** Weight and right-hand factor of each pair from its value. */
function entriesOf(values: Float32Array, { weight, pull }: FoldInRule): Float32Array {
  const entries = new Float32Array(2 * values.length)
  // A pair of value v weighs v in all: what the share of every pair gives is part of it where the rule says so.
  const given = pull - weight
  for (let at = 0; at < values.length; at++) {
    entries[2 * at] = Math.max(0, values[at]! * pull - given)
    entries[2 * at + 1] = values[at]! * pull
  }
  return entries
}

/** Rows in blocks of about equal work; several blocks also where there is little to do. */
function* blocks(offsets: Uint32Array, n: number): Generator<readonly [number, number]> {
  const rows = offsets.length - 1
  const most = Math.min(CALL, (offsets[rows]! * n * n + (rows * n * n * n) / 3) / LEAST_CALLS)
  for (let from = 0; from < rows; ) {
    let work = 0
    let to = from
    do {
      work += (offsets[to + 1]! - offsets[to]!) * n * n + (n * n * n) / 3
      to++
    } while (to < rows && work < most)
    yield [from, to]
    from = to
  }
}
