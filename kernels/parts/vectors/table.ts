// The table every search looks into: rows of f32, their ids, which slots are alive, their int8 codes, the query, and a filter.
// One memory holds one table, so the addresses are module state that the driver binds once.

/** Score = inner product (cosine is that of unit rows), or minus the squared distance. */
export const EUCLIDEAN: i32 = 1

export let metric: i32 = 0
/** f32 numbers a row, a multiple of 4: rows are padded with zeros. */
export let width: i32 = 0
export let slots: i32 = 0
export let rows: usize = 0
export let ids: usize = 0
/** A byte a slot, 0 = removed; address 0 = all are alive. */
export let alive: usize = 0
export let query: usize = 0

export let codes: usize = 0
/** int8 a row, a multiple of 16. */
export let codeWidth: i32 = 0
/** f32 a slot that a rough score adds; address 0 = none. */
export let bias: usize = 0
/** The query as i16, one a code; its unit. */
export let queryCodes: usize = 0
export let queryUnit: f32 = 0

let allowed: usize = 0
let allowedLength: i32 = -1

/** Heaps of the answer (ids) and of rough candidates (slots). */
export let best: usize = 0
export let rough: usize = 0

export function bindTable(metric_: i32, width_: i32, rows_: usize, ids_: usize, alive_: usize, query_: usize): void {
  metric = metric_; width = width_; rows = rows_; ids = ids_; alive = alive_; query = query_
}
export function setSlots(count: i32): void { slots = count }
export function bindHeaps(best_: usize, rough_: usize): void { best = best_; rough = rough_ }
export function bindCodes(codes_: usize, codeWidth_: i32, bias_: usize, queryCodes_: usize): void {
  codes = codes_; codeWidth = codeWidth_; bias = bias_; queryCodes = queryCodes_
}
export function setQueryUnit(unit: f32): void { queryUnit = unit }

/** Bytes by id, non-zero = may be answered, ids past the end may not; a length below 0 lifts the filter. */
export function bindFilter(allowed_: usize, length: i32): void { allowed = allowed_; allowedLength = length }

// @ts-ignore: decorator
@inline export function isFiltered(): bool { return allowedLength >= 0 }

// @ts-ignore: decorator
@inline export function idAt(slot: i32): u32 { return load<u32>(ids + (<usize>slot << 2)) }

// @ts-ignore: decorator
@inline export function rowAt(slot: i32): usize { return rows + ((<usize>slot * width) << 2) }

// @ts-ignore: decorator
@inline export function codeAt(slot: i32): usize { return codes + <usize>slot * codeWidth }

// @ts-ignore: decorator
@inline export function passes(slot: i32): bool {
  if (alive != 0 && load<u8>(alive + slot) == 0) return false
  if (allowedLength < 0) return true
  const id = idAt(slot)
  return id < <u32>allowedLength && load<u8>(allowed + id) != 0
}

/** How many slots must be looked at until `count` of them may be answered now; -1 when there are fewer. */
export function lookedUntil(count: i32): i32 {
  let left = count
  for (let slot = 0; slot < slots; slot++) if (passes(slot) && --left == 0) return slot + 1
  return -1
}
