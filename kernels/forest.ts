// Scores rows by an ensemble of trees. Packed by src/models/trees/packed.ts, driven by src/models/trees/scorer.ts.
//
// Rows come in groups of 8, column by column: column c of a group is 8 numbers at byte offset c * 32. A node is four 32-bit words: byte
// offset of its column, threshold, address of its left child (the right one lies 16 bytes on), address of its f64 value. A leaf is its own
// left child and its threshold is infinite, so that walking on stays there. A NaN that should go right was made infinite when staged.
//
// A tree is 128 bytes: its three top levels as 7 pairs of column offset and threshold (padded by nodes that send all left), at 64 the
// addresses of the 8 nodes below them, at 96 steps that every row is walked, steps at most, byte offset of its output's sums, and whether it has
// categorical splits; then it is walked from the first of the 8, row by row. A categorical node has 1 added to its offset, and 2 when missing
// goes left; its second word is the address of its set: count of words, words.

/** Rows a tile: the sums and staged rows of a tile stay in the nearest cache while every tree goes over it. */
const TILE: i32 = 64

/**
 * Transposes rows [0, n) of `cols` numbers into groups of 8, taking `planned` columns: pairs in `plan` of source column and treatment (1: NaN
 * becomes infinite; 2: zero is missing).
 */
function stage(rows: usize, n: i32, cols: i32, plan: usize, planned: i32, staged: usize): void {
  const rowBytes = <usize>cols << 2
  for (let i = 0; i < n; i += 8) {
    for (let j = 0; j < planned; j++, staged += 32) {
      let from = rows + <usize>i * rowBytes + (<usize>load<u32>(plan + (<usize>j << 3)) << 2)
      const treatment = load<u32>(plan + (<usize>j << 3), 4)
      for (let lane: usize = 0; lane < 32; lane += 4, from += rowBytes) store<f32>(staged + lane, load<f32>(from))
      if (treatment != 0) treat(staged, treatment)
    }
  }
}

@inline
function treat(at: usize, treatment: u32): void {
  for (let half: usize = 0; half < 32; half += 16) {
    let x = v128.load(at + half)
    if (treatment & 2) {
      // 1e-35: what LightGBM takes for zero.
      const zero = f32x4.le(f32x4.abs(x), f32x4.splat(1e-35))
      x = v128.bitselect(f32x4.splat(f32.NaN), x, zero)
    }
    if (treatment & 1) x = v128.bitselect(x, f32x4.splat(f32.POSITIVE_INFINITY), f32x4.eq(x, x))
    v128.store(at + half, x)
  }
}

/**
 * Scores `n` rows: for each tile of 64 the sums of its outputs, f64, output by output, at `out`. `base` has the first value of each sum.
 */
export function score(
  rows: usize, n: i32, cols: i32, plan: usize, planned: i32, staged: usize,
  trees: usize, treeCount: i32, base: usize, outputs: i32, out: usize,
): void {
  const groupBytes = <usize>planned << 5
  for (let from = 0; from < n; from += TILE) {
    const count = min(TILE, n - from)
    stage(rows + ((<usize>from * cols) << 2), count, cols, plan, planned, staged)
    for (let o = 0; o < outputs; o++) {
      const start = load<f64>(base + (<usize>o << 3))
      for (let i: usize = 0; i < <usize>TILE; i++) store<f64>(out + ((<usize>(o * TILE) + i) << 3), start)
    }
    for (let t = 0; t < treeCount; t++) {
      const tree = trees + (<usize>t << 7)
      const sums = out + load<u32>(tree, 104)
      let group = staged
      for (let i = 0; i < count; i += 8, group += groupBytes) {
        if (load<u32>(tree, 108)) walkRows(tree, group, sums + (<usize>i << 3))
        else walk(tree, group, sums + (<usize>i << 3))
      }
    }
    out += <usize>(outputs * TILE) << 3
  }
}

/** Whether the 8 rows of a group go right at the top node at `place` bytes: all ones or zeros, rows 0 to 3 (`half` 0) or 4 to 7 (16). */
@inline
function right(tree: usize, group: usize, place: usize, half: usize): v128 {
  return f32x4.gt(v128.load(group + load<u32>(tree + place) + half), v128.load32_splat(tree + place + 4))
}

/** Byte offsets, among the 8 addresses below the top, of where four rows come out. */
@inline
function below(tree: usize, group: usize, half: usize): v128 {
  const a = right(tree, group, 0, half)
  const b = v128.bitselect(right(tree, group, 16, half), right(tree, group, 8, half), a)
  const c = v128.bitselect(
    v128.bitselect(right(tree, group, 48, half), right(tree, group, 40, half), b),
    v128.bitselect(right(tree, group, 32, half), right(tree, group, 24, half), b),
    a,
  )
  return v128.or(
    v128.or(v128.and(a, i32x4.splat(16)), v128.and(b, i32x4.splat(8))),
    v128.and(c, i32x4.splat(4)),
  )
}

@inline
function step(node: usize, row: usize): usize {
  return load<u32>(node, 8) + (<usize>(load<f32>(row + load<u32>(node)) > load<f32>(node, 4)) << 4)
}

@inline
function add(sums: usize, first: usize, second: usize): void {
  const values = v128.load64_lane(load<u32>(second, 12), v128.load64_zero(load<u32>(first, 12)), 1)
  v128.store(sums, f64x2.add(v128.load(sums), values))
}

/** Eight rows down one tree side by side, so that the waits of one are the work of the others. */
function walk(tree: usize, group: usize, sums: usize): void {
  const p = below(tree, group, 0), q = below(tree, group, 16)
  let a: usize = load<u32>(tree + i32x4.extract_lane(p, 0), 64), b: usize = load<u32>(tree + i32x4.extract_lane(p, 1), 64)
  let c: usize = load<u32>(tree + i32x4.extract_lane(p, 2), 64), d: usize = load<u32>(tree + i32x4.extract_lane(p, 3), 64)
  let e: usize = load<u32>(tree + i32x4.extract_lane(q, 0), 64), f: usize = load<u32>(tree + i32x4.extract_lane(q, 1), 64)
  let g: usize = load<u32>(tree + i32x4.extract_lane(q, 2), 64), h: usize = load<u32>(tree + i32x4.extract_lane(q, 3), 64)
  const sure = load<i32>(tree, 96), most = load<i32>(tree, 100)
  for (let k = 0; k < sure; k++) {
    a = step(a, group), b = step(b, group + 4), c = step(c, group + 8), d = step(d, group + 12)
    e = step(e, group + 16), f = step(f, group + 20), g = step(g, group + 24), h = step(h, group + 28)
  }
  for (let k = sure; k < most; k++) {
    const a1 = step(a, group), b1 = step(b, group + 4), c1 = step(c, group + 8), d1 = step(d, group + 12)
    const e1 = step(e, group + 16), f1 = step(f, group + 20), g1 = step(g, group + 24), h1 = step(h, group + 28)
    const moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)
    a = a1, b = b1, c = c1, d = d1, e = e1, f = f1, g = g1, h = h1
    if (moved == 0) break
  }
  add(sums, a, b)
  add(sums + 16, c, d)
  add(sums + 32, e, f)
  add(sums + 48, g, h)
}

/** The same, row by row: for trees with categorical splits. */
function walkRows(tree: usize, group: usize, sums: usize): void {
  for (let lane: usize = 0; lane < 8; lane++) {
    let node: usize = load<u32>(tree, 64)
    for (;;) {
      const left: usize = load<u32>(node, 8)
      if (left == node) break
      const word: u32 = load<u32>(node)
      const x = load<f32>(group + (word & ~31) + (lane << 2))
      const isRight = word & 1 ? isOutside(x, load<u32>(node, 4), word & 2) : <u32>(x > load<f32>(node, 4))
      node = left + (<usize>isRight << 4)
    }
    const sum = sums + (lane << 3)
    store<f64>(sum, load<f64>(sum) + load<f64>(load<u32>(node, 12)))
  }
}

/** 1 when category `x` is not in the set, or is missing and missing goes right. */
@inline
function isOutside(x: f32, set: usize, missingLeft: u32): u32 {
  if (x != x) return <u32>(missingLeft == 0)
  if (!(x > -1 && x < <f32>0x7fffffff)) return 1
  const category = <u32>(<i32>x)
  const word = category >> 5
  if (word >= load<u32>(set)) return 1
  return 1 ^ ((load<u32>(set + (<usize>word << 2), 4) >> (category & 31)) & 1)
}
