import {
  type Arena,
  leadingDimension,
  openKernel,
  planSpd,
  type SparseMatrix,
  type SpdPlan,
  type SweepKernel,
  spdBytes,
  TooLarge,
  transpose,
} from "../core/index.ts"

/** The functions of kernels/neighbours.ts. */
export interface NeighboursKernel extends SweepKernel {
  gramRows(a: number, ld: number, diagonal: number, i0: number, i1: number, ...held: readonly number[]): void
  ridge(a: number, n: number, ld: number, diagonal: number, l2: number, scale: number): void
  mirror(a: number, n: number, ld: number): void
  weightRows(a: number, n: number, ld: number, i0: number, i1: number, columnScale: number, out: number): void
  weightLines(a: number, m: number, ld: number, n: number, i0: number, ...held: readonly number[]): void
  quadratic(a: number, m: number, ld: number, i0: number, i1: number, ...held: readonly number[]): void
  selectRow(row: number, stride: number, n: number, skip: number, keep: number, columns: number, values: number, work: number): number
  bindOperator(gram: number, ld: number, diagonal: number, offsets: number, users: number, values: number, count: number): void
  bindScratch(gathered: number, rows: number, scratch: number, longest: number): void
  refitColumns(
    j0: number,
    j1: number,
    columns: number,
    rows: number,
    places: number,
    table: number,
    l2: number,
    tol: number,
    most: number,
  ): number
}

/** Addresses of one sparse matrix in the arena. */
export interface SparseAt {
  readonly offsets: number
  readonly indices: number
  readonly values: number
}

/** Everything a fit needs, laid out: interactions both ways, the matrix of the smaller side, the table by row and by column, buffers. */
export interface EaseJob {
  readonly run: NeighboursKernel
  readonly arena: Arena
  readonly users: number
  readonly items: number
  /** The system is users x users: there are fewer users than items. */
  readonly byUsers: boolean
  readonly keep: number
  readonly plan: SpdPlan
  readonly byUser: SparseAt
  readonly byItem: SparseAt
  readonly at: Readonly<Record<RegionName, number>>
  readonly leastL2: number
  /** `isCounted`: the Gram matrix of the items is complete; it survives every fit. */
  readonly state: { isCounted: boolean }
}

/** Rows of weights held at once. */
export const rowBlock = 16
/** Users' side: weights of this many items are computed together, one 32-byte line each (kernels/neighbours.ts). */
export const lineItems = 8
/** Supports up to this many rows may be gathered into a dense square. */
const gatherRows = 2048
const selectNumbers = 2048
/** The largest condition number trusted to f32: leaves about two digits of every weight. */
const largestCondition = 2 ** 17

type RegionName = keyof ReturnType<typeof regions>

/** Region sizes in numbers of 4 bytes, beside those of the matrix and the interactions. */
function regions(users: number, items: number, keep: number) {
  const byUsers = users < items
  const side = byUsers ? users : items
  const kept = items * keep
  const longest = Math.ceil(items / 4) * 4
  const square = Math.min(gatherRows, longest)
  return {
    diagonal: ["f32", side],
    squares: ["f32", items],
    cursor: ["u32", side === items ? users : items],
    columnScale: ["f32", items],
    tableColumns: ["u32", kept],
    tableValues: ["f32", kept],
    columnOffsets: ["u32", items + 1],
    columnRows: ["u32", kept],
    columnPlaces: ["u32", kept],
    select: ["u32", selectNumbers + items],
    rows: ["f32", byUsers ? items * lineItems : rowBlock * leadingDimension(items)],
    sums: ["f32", byUsers ? leadingDimension(users) : 0],
    lines: ["f32", byUsers ? users * lineItems : 0],
    gathered: ["f32", byUsers ? 0 : square * square],
    scratch: ["f32", 5 * longest + users],
  } as const satisfies Record<string, readonly ["f32" | "u32", number]>
}

/**
 * Bytes that fitting EASE takes beside its input: the square of the smaller side, both ways of the interactions, the table, buffers.
 *
 * The leading terms: `4 min(users, items)^2 + 16 (interactions + items keep) + 8 max(interactions, items keep)`.
 * @param users - users and `items`: the shape of the interactions; `interactions`: how many are stored
 */
export function easeMemoryBytes(users: number, items: number, interactions = 0, keep = 200): number {
  const width = Math.max(0, Math.min(keep, items - 1))
  const sizes = Object.values(regions(users, items, width)).reduce((sum, [, length]) => sum + 4 * length + 64, 0)
  const held = 2 * (8 * interactions) + 4 * (users + items + 2) + 6 * 64
  // On the JavaScript heap: the transposed interactions, later the finished table.
  const outside = Math.max(8 * interactions + 8 * (items + 1), 8 * items * width)
  return spdBytes(Math.min(users, items), 4) + sizes + held + outside
}

/** Checks the size, then lays everything out. @throws {@link TooLarge} before allocating */
export async function layOut(interactions: SparseMatrix, keep: number, capBytes: number): Promise<EaseJob> {
  const { rows: users, cols: items } = interactions
  const width = Math.max(0, Math.min(keep, items - 1))
  const bytes = easeMemoryBytes(users, items, interactions.indices.length, keep)
  if (bytes > capBytes) {
    const came = `${users} users x ${items} items, which need ${bytes} bytes (${(bytes / 1e9).toFixed(1)} GB)`
    throw new TooLarge("ease", `a need of at most ${capBytes} bytes`, came, "Raise memoryCapBytes, or use item neighbours.")
  }
  const { run, arena } = await openKernel<NeighboursKernel>("neighbours", capBytes)
  const byUser = hold(arena, "byUser", interactions)
  const byItem = hold(arena, "byItem", transpose(interactions))
  const byUsers = users < items
  const plan = planSpd(arena, byUsers ? users : items, "f32")
  const laid = Object.entries(regions(users, items, width)).map(([name, [type, length]]) => [name, arena.add(name, type, length)])
  const at = Object.fromEntries(laid) as Record<RegionName, number>
  const longest = Math.ceil(items / 4) * 4
  run.bindScratch(at.gathered, byUsers ? 0 : Math.min(gatherRows, longest), at.scratch, longest)
  const leastL2 = largestEigenvalueBound(interactions) / largestCondition
  return { run, arena, users, items, byUsers, keep: width, plan, byUser, byItem, at, leastL2, state: { isCounted: false } }
}

function hold(arena: Arena, name: string, m: SparseMatrix): SparseAt {
  const values = arena.add(`${name}.values`, "f32", m.indices.length)
  if (m.values === undefined) arena.view(`${name}.values`, "f32").fill(1)
  else arena.view(`${name}.values`, "f32").set(m.values)
  return { offsets: arena.put(`${name}.offsets`, "u32", m.offsets), indices: arena.put(`${name}.indices`, "u32", m.indices), values }
}

/** The largest absolute row sum of X^T X: no eigenvalue is above it. */
function largestEigenvalueBound({ rows, cols, offsets, indices, values }: SparseMatrix): number {
  const sums = new Float64Array(cols)
  for (let user = 0; user < rows; user++) {
    let total = 0
    for (let at = offsets[user]!; at < offsets[user + 1]!; at++) total += Math.abs(values?.[at] ?? 1)
    for (let at = offsets[user]!; at < offsets[user + 1]!; at++) sums[indices[at]!]! += total * Math.abs(values?.[at] ?? 1)
  }
  return sums.reduce((most, sum) => Math.max(most, sum), 0)
}
