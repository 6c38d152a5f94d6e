// Trees that halve the rows by planes between two of their means, or by one axis; leaves of all trees are visited by nearness of their planes.
//
// A node is 16 bytes: left i32, right i32, plane i32, threshold f32. A leaf has left = ~begin and right = end of its slots among the members;
// a plane below 0 is the axis ~plane, else a row of the planes. Rows with x.plane < threshold are on the left.

import { clearBest, entry, idOf, offer, pop, scoreOf, sizeOf } from "./best"
import { dot, minusSquare } from "./score"
import { query, rowAt, width } from "./table"
import { beginVisit, considerAll } from "./visited"

let nodes: usize = 0
let planes: usize = 0
let members: usize = 0
let roots: usize = 0
let trees: i32 = 0
let queue: usize = 0
let queueRoom: i32 = 0

/** `queue_` is a heap with room for every node. */
export function bindForest(
  nodes_: usize, planes_: usize, members_: usize, roots_: usize, trees_: i32, queue_: usize, queueRoom_: i32,
): void {
  nodes = nodes_; planes = planes_; members = members_; roots = roots_; trees = trees_; queue = queue_; queueRoom = queueRoom_
}

// @ts-ignore: decorator
@inline function margin(from: usize, plane: i32, threshold: f32): f32 {
  return (plane < 0 ? load<f32>(from + (<usize>~plane << 2)) : dot(from, planes + ((<usize>plane * width) << 2), width)) - threshold
}

/** Looks into `leaves` leaves, the most promising first. */
export function scanForest(leaves: i32): void {
  beginVisit()
  clearBest(queue, queueRoom)
  for (let tree = 0; tree < trees; tree++) offer(queue, entry(-Infinity, load<i32>(roots + (<usize>tree << 2))))
  for (let done = 0; done < leaves && sizeOf(queue) > 0; done++) {
    const next = pop(queue), cost = scoreOf(next)
    let node = nodes + (<usize>idOf(next) << 4)
    while (load<i32>(node) >= 0) {
      const apart = margin(query, load<i32>(node, 8), load<f32>(node, 12))
      const isLeft = apart < 0, left = load<i32>(node), right = load<i32>(node, 4)
      const near = isLeft ? left : right, far = isLeft ? right : left
      offer(queue, entry(max(cost, abs(apart)), far))
      node = nodes + (<usize>near << 4)
    }
    const begin = ~load<i32>(node)
    considerAll(members + (<usize>begin << 2), load<i32>(node, 4) - begin)
  }
}

// --- Building one tree over the slots listed in members [0, count).

let random: u32 = 1
function draw(below: i32): i32 {
  random ^= random << 13; random ^= random >> 17; random ^= random << 5
  return <i32>((<u64>random * <u64>below) >> 32)
}

// @ts-ignore: decorator
@inline function memberRow(at: i32): usize { return rowAt(load<i32>(members + (<usize>at << 2))) }

/**
 * Grows a tree. `stack` takes 12 bytes a node, `margins` f32 a member, `means` two rows, `sample` 64 u32.
 * @returns nodes made; their planes stand in order, the counter at `planesMade`
 */
export function growTree(
  count: i32, leaf: i32, byAxis: bool, seed: u32, stack: usize, margins: usize, means: usize, planesMade: usize,
): i32 {
  random = seed | 1
  let made = 1, planeCount = 0, depth = 1
  push(stack, 0, 0, 0, count)
  while (depth > 0) {
    depth--
    const top = stack + <usize>depth * 12
    const id = load<i32>(top), begin = load<i32>(top, 4), end = load<i32>(top, 8)
    const node = nodes + (<usize>id << 4)
    if (end - begin <= leaf) {
      store<i32>(node, ~begin); store<i32>(node, end, 4)
      continue
    }
    const plane = planes + ((<usize>planeCount * width) << 2)
    let threshold: f32 = 0, name = planeCount
    if (byAxis) {
      const axis = widestAxis(begin, end, means)
      name = ~axis
      for (let i = begin; i < end; i++) store<f32>(margins + (<usize>i << 2), load<f32>(memberRow(i) + (<usize>axis << 2)))
      threshold = load<f32>(means + (<usize>axis << 2))
    } else {
      threshold = planeBetween(begin, end, plane, means)
      planeCount++
      for (let i = begin; i < end; i++) store<f32>(margins + (<usize>i << 2), dot(memberRow(i), plane, width))
    }
    let middle = divide(begin, end, threshold, margins)
    const least = max(1, (end - begin) >> 3)
    if (middle - begin < least || end - middle < least) {
      // Too lopsided to help: halve by rank. Members on the threshold may then stand on both sides.
      middle = (begin + end) >> 1
      selectMargin(begin, end, middle, margins)
      threshold = load<f32>(margins + (<usize>middle << 2))
    }
    store<i32>(node, made); store<i32>(node, made + 1, 4); store<i32>(node, name, 8); store<f32>(node, threshold, 12)
    push(stack, depth++, made, begin, middle)
    push(stack, depth++, made + 1, middle, end)
    made += 2
  }
  store<i32>(planesMade, planeCount)
  return made
}

function push(stack: usize, depth: i32, node: i32, begin: i32, end: i32): void {
  const to = stack + <usize>depth * 12
  store<i32>(to, node); store<i32>(to, begin, 4); store<i32>(to, end, 8)
}

/** The unit normal of the plane between two means of a few members, found by a few rounds; returns its threshold. */
function planeBetween(begin: i32, end: i32, plane: usize, means: usize): f32 {
  const bytes = <usize>width << 2, count = end - begin
  const a = means, b = means + bytes
  const first = draw(count), second = (first + 1 + draw(count - 1)) % count
  memory.copy(a, memberRow(begin + first), bytes)
  memory.copy(b, memberRow(begin + second), bytes)
  let ca: f32 = 1, cb: f32 = 1
  for (let turn = 0; turn < 128; turn++) {
    const row = memberRow(begin + draw(count))
    // Nearer mean, larger groups held back so that both grow.
    const near = ca * minusSquare(a, row, width) > cb * minusSquare(b, row, width)
    if (near) { pull(a, row, 1 / (ca + 1)); ca++ } else { pull(b, row, 1 / (cb + 1)); cb++ }
  }
  let squares: f32 = 0
  for (let at: usize = 0; at < bytes; at += 4) {
    const apart = load<f32>(b + at) - load<f32>(a + at)
    store<f32>(plane + at, apart)
    squares += apart * apart
  }
  const scale: f32 = squares > 0 ? 1 / sqrt<f32>(squares) : 0
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(plane + at, load<f32>(plane + at) * scale)
  return (dot(a, plane, width) + dot(b, plane, width)) / 2
}

/** mean += share * (row - mean). */
function pull(mean: usize, row: usize, share: f32): void {
  const by = f32x4.splat(share), end = mean + (<usize>width << 2)
  for (; mean < end; mean += 16, row += 16) {
    const there = v128.load(mean)
    v128.store(mean, f32x4.add(there, f32x4.mul(by, f32x4.sub(v128.load(row), there))))
  }
}

/** One of the five axes along which some members vary most; their means are left at `means`, where the threshold is read. */
function widestAxis(begin: i32, end: i32, means: usize): i32 {
  const bytes = <usize>width << 2, squares = means + bytes, count = end - begin, sample = min(64, count)
  memory.fill(means, 0, 2 * bytes)
  for (let turn = 0; turn < sample; turn++) {
    const row = memberRow(begin + draw(count))
    for (let at: usize = 0; at < bytes; at += 4) {
      const value = load<f32>(row + at)
      store<f32>(means + at, load<f32>(means + at) + value)
      store<f32>(squares + at, load<f32>(squares + at) + value * value)
    }
  }
  for (let at: usize = 0; at < bytes; at += 4) {
    const mean = load<f32>(means + at) / <f32>sample
    store<f32>(means + at, mean)
    store<f32>(squares + at, load<f32>(squares + at) / <f32>sample - mean * mean)
  }
  let axis = 0
  for (let taken = draw(5); taken >= 0; taken--) {
    axis = 0
    for (let j = 1; j < width; j++) {
      if (load<f32>(squares + (<usize>j << 2)) > load<f32>(squares + (<usize>axis << 2))) axis = j
    }
    if (taken > 0) store<f32>(squares + (<usize>axis << 2), -Infinity)
  }
  return axis
}

// @ts-ignore: decorator
@inline function swapMembers(i: i32, j: i32, margins: usize): void {
  const x = <usize>i << 2, y = <usize>j << 2
  const slot = load<u32>(members + x), value = load<f32>(margins + x)
  store<u32>(members + x, load<u32>(members + y)); store<f32>(margins + x, load<f32>(margins + y))
  store<u32>(members + y, slot); store<f32>(margins + y, value)
}

/** Members below the threshold first; returns where the others begin. */
function divide(begin: i32, end: i32, threshold: f32, margins: usize): i32 {
  let i = begin, j = end
  while (i < j) {
    if (load<f32>(margins + (<usize>i << 2)) < threshold) i++
    else swapMembers(i, --j, margins)
  }
  return i
}

/** Puts the member of rank `middle` by margin at its place, smaller before and others after. */
function selectMargin(begin: i32, end: i32, middle: i32, margins: usize): void {
  let low = begin, high = end - 1
  while (low < high) {
    const pivot = load<f32>(margins + (<usize>((low + high) >> 1) << 2))
    let i = low, j = high
    while (i <= j) {
      while (load<f32>(margins + (<usize>i << 2)) < pivot) i++
      while (load<f32>(margins + (<usize>j << 2)) > pivot) j--
      if (i <= j) swapMembers(i++, j--, margins)
    }
    if (middle <= j) high = j
    else if (middle >= i) low = i
    else return
  }
}
