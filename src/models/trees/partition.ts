import type { GrownTree } from "./grown-tree.ts"
import type { Span } from "./histogram.ts"
import { fillGoesLeft, type Split } from "./split-rules.ts"
import type { Workspace } from "./workspace.ts"

/** Fewest rows worth sharing out between threads. */
const SHARED_ROWS = 16384

/** Splits the rows of a node, keeping their order: the same on any number of threads. @returns how many went left */
export function partitioner(space: Workspace): (span: Span, split: Split, missingLeft: boolean) => number {
  const { job, sizes } = space
  const { arena, crew, run } = job
  const names = ["byColumn", "rows", "spare", "goesLeft", "leftCounts"]
  const addresses = names.map((name) => arena.address(name)) as [number, number, number, number, number]
  const [byColumn, rows, spare, goesLeft, countsAt] = addresses
  const table = arena.view("goesLeft", "u8")
  const counts = arena.view("leftCounts", "u32")

  return ({ from, count }, split, missingLeft) => {
    fillGoesLeft(table, split, missingLeft)
    const column = byColumn + split.feature * sizes.rows
    const shares = crew.threads
    if (shares === 1 || count < SHARED_ROWS) return run.partition(column, rows + from * 4, count, goesLeft, spare)
    const starts = Array.from({ length: shares + 1 }, (_, share) => Math.floor((share * count) / shares))
    const places = starts.slice(0, -1).map((start, share) => ({ start, count: starts[share + 1]! - start }))
    const base = rows + from * 4
    crew.run(
      "partitionApart",
      places.map(({ start, count }, share) => [column, base + start * 4, count, goesLeft, spare + start * 4, countsAt + share * 4]),
    )
    let to = 0
    for (const [share, { start }] of places.entries()) {
      if (to !== start) run.move(base + to * 4, base + start * 4, counts[share]!)
      to += counts[share]!
    }
    const left = to
    for (const [share, { start, count }] of places.entries()) {
      run.move(base + to * 4, spare + start * 4, count - counts[share]!)
      to += count - counts[share]!
    }
    return left
  }
}

/** Sends rows that did not grow the tree down to its leaves, adding each leaf's value to their scores. */
export function routeRows(
  space: Workspace,
  grown: GrownTree,
  where: { readonly byColumn: number; readonly stride: number; readonly rows: number; readonly spare: number; readonly scores: number },
  count: number,
): void {
  const { job } = space
  const { run, arena } = job
  const table = arena.view("goesLeft", "u8")
  const goesLeft = arena.address("goesLeft")
  const values = new Map(grown.leaves.map(({ node, value }) => [node, value]))
  const waiting = [{ node: 0, from: 0, count }]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.count === 0) continue
    const rows = where.rows + at.from * 4
    const inner = grown.splits[at.node]
    if (inner === undefined) {
      run.addLeaf(where.scores, rows, at.count, values.get(at.node)!)
      continue
    }
    fillGoesLeft(table, inner.split, inner.missingLeft)
    const left = run.partition(where.byColumn + inner.split.feature * where.stride, rows, at.count, goesLeft, where.spare)
    waiting.push({ node: inner.right, from: at.from + left, count: at.count - left })
    waiting.push({ node: inner.left, from: at.from, count: left })
  }
}
