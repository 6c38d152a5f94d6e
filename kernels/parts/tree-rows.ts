// Rows of a node: split by a table of 256 answers, and given their leaf's value.

/**
 * Splits rows[0, n) in place, keeping their order: those whose bin has `goesLeft` 1 first.
 * No branch depends on the data. `spare` takes n u32. @returns how many went left
 */
export function partition(column: usize, rows: usize, n: i32, goesLeft: usize, spare: usize): i32 {
  const left = divide(column, rows, n, goesLeft, spare)
  memory.copy(rows + (<usize>left << 2), spare, <usize>(n - left) << 2)
  return left
}

/** The same without joining: those that go right stay in `spare`, and how many went left is written to `count`. */
export function partitionApart(column: usize, rows: usize, n: i32, goesLeft: usize, spare: usize, count: usize): void {
  store<u32>(count, divide(column, rows, n, goesLeft, spare))
}

function divide(column: usize, rows: usize, n: i32, goesLeft: usize, spare: usize): i32 {
  let left: usize = 0, right: usize = 0
  const end = rows + (<usize>n << 2)
  for (let at = rows; at < end; at += 4) {
    const r = load<u32>(at), isLeft = <usize>load<u8>(goesLeft + load<u8>(column + r))
    store<u32>(rows + left, r)
    store<u32>(spare + right, r)
    left += isLeft << 2
    right += (1 - isLeft) << 2
  }
  return <i32>(left >> 2)
}

export function move(to: usize, from: usize, n: i32): void { memory.copy(to, from, <usize>n << 2) }

/** rows[i] = i for i in [0, n). */
export function listAll(rows: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u32>(rows + (<usize>i << 2), i)
}

/** scores[r] += value for every listed row. */
export function addLeaf(scores: usize, rows: usize, n: i32, value: f32): void {
  const end = rows + (<usize>n << 2)
  for (let at = rows; at < end; at += 4) {
    const score = scores + (<usize>load<u32>(at) << 2)
    store<f32>(score, load<f32>(score) + value)
  }
}
