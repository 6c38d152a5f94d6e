import {
  type BundleReader,
  type BundleWriter,
  Conflict,
  Corrupt,
  InvalidArgument,
  type Matrix,
  matrix,
  row,
  unknownName,
} from "../../core/index.ts"
import type { Scored } from "../scored.ts"
import type { BaseIndex, BuildOptions, VectorData } from "./base-index.ts"
import { BaseRows } from "./base-rows.ts"
import { checkDimension, checkId } from "./check-vector.ts"
import { searchPath } from "./choose.ts"
import { ExactScan } from "./exact-scan.ts"
import { familyNamed, type VectorConfig, type VectorFamilyName, vectorFamilies } from "./families.ts"
import { mergeScored } from "./merge-scored.ts"
import type { VectorIndex, VectorMetric, VectorSearch } from "./vector-index.ts"

/** Builds a base from data: in this thread by default, elsewhere when a caller passes its own. */
export type BuildBase = (family: VectorFamilyName, data: VectorData, config: object, options: BuildOptions) => Promise<BaseIndex>

/**
 * A base index with the changes since it was built: what came or changed is in a small exact scan, what left or changed is hidden in the base.
 *
 * A change shows in the next search. The base's bytes never change, so releases share them. When the delta has grown, {@link rebuild} folds
 * everything into a new base while this one answers.
 */
export class LiveIndex implements VectorIndex {
  readonly metric: VectorMetric
  readonly dimension: number
  #base: BaseIndex
  #delta: ExactScan
  #version = 0
  /** Ids that changed while a rebuild is under way. */
  #changed: Set<number> | undefined

  private constructor(base: BaseIndex, delta: ExactScan) {
    this.#base = base
    this.#delta = delta
    this.metric = delta.metric
    this.dimension = delta.dimension
  }

  /**
   * Builds an index of a family over rows.
   *
   * @throws {@link InvalidArgument} on rows that cannot be compared, an id that comes twice or a config out of range
   */
  static async build<Name extends VectorFamilyName>(
    family: Name,
    data: VectorData,
    config: VectorConfig<Name>,
    options: BuildOptions,
    build: BuildBase = buildBase,
  ): Promise<LiveIndex> {
    const dimension = checkDimension("LiveIndex", data.rows.cols)
    const delta = await ExactScan.open(dimension, data.metric)
    return new LiveIndex(await build(family, data, config, options), delta)
  }

  get family(): string {
    return this.#base.family
  }

  get size(): number {
    return this.#base.rows.size + this.#delta.size
  }

  get version(): number {
    return this.#version
  }

  get memoryBytes(): number {
    return this.#base.rows.table.job.arena.usedBytes + this.#delta.memoryBytes
  }

  /** Vectors in the delta, and those hidden in the base: what a rebuild would fold in. */
  get changes(): { readonly added: number; readonly hidden: number } {
    return { added: this.#delta.size, hidden: this.#base.rows.table.slots - this.#base.rows.size }
  }

  /** Rising efforts from fast to thorough. */
  get efforts(): readonly number[] {
    return familyNamed(this.family)!.efforts(this.#base)
  }

  has(id: number): boolean {
    return this.#delta.has(id) || this.#base.rows.has(id)
  }

  add(id: number, vector: ArrayLike<number>): void {
    this.#delta.add(id, vector)
    this.#base.rows.hide(id)
    this.#change(id)
  }

  remove(id: number): boolean {
    checkId(id)
    const wasThere = this.#delta.remove(id) || this.#base.rows.hide(id)
    if (wasThere) this.#change(id)
    return wasThere
  }

  search(vector: ArrayLike<number>, k: number, { allowed, effort }: VectorSearch = {}): Scored {
    if (effort !== undefined && !(effort >= 1))
      throw new InvalidArgument("vector search", "an effort of 1 or more", String(effort), "Leave it out.")
    const found = this.#searchBase(vector, k, effort ?? this.#base.effort, allowed)
    if (this.#delta.size === 0) return found
    return mergeScored(found, this.#delta.search(vector, k, allowed === undefined ? {} : { allowed }), k)
  }

  searchMany(vectors: Matrix, k: number, options: VectorSearch = {}): Scored[] {
    return Array.from({ length: vectors.rows }, (_, i) => this.search(row(vectors, i), k, options))
  }

  #searchBase(vector: ArrayLike<number>, k: number, effort: number, allowed: Uint8Array | undefined): Scored {
    const { rows } = this.#base
    const { table } = rows
    if (allowed === undefined) return this.#base.search(vector, { k, effort })
    const chosen = searchPath(rows.size, (count) => table.lookedUntil(allowed, count))
    if (chosen.path === "index") return this.#base.search(vector, { k, effort: Math.ceil(effort * chosen.effortFactor), allowed })
    table.ask(vector, k, allowed)
    table.run.scanPassing()
    return table.answer()
  }

  /**
   * Folds all changes into a new base. Searches and changes go on meanwhile; what changes during the build is in the new delta.
   *
   * @param options - `seed` of the build; `build` - where it runs, such as a worker
   * @throws {@link Conflict} when a rebuild is under way
   */
  async rebuild(options: BuildOptions, build: BuildBase = buildBase): Promise<void> {
    if (this.#changed !== undefined) throw new Conflict("LiveIndex", "one rebuild at a time", "a second one", "Wait for the first.")
    this.#changed = new Set()
    try {
      const data = this.#contents()
      const base = await build(this.family as VectorFamilyName, data, this.#base.config, options)
      const delta = await ExactScan.open(this.dimension, this.metric)
      for (const id of this.#changed) base.rows.hide(id)
      this.#delta.each((id, vector) => {
        if (this.#changed!.has(id)) delta.add(id, vector)
      })
      this.#base = base
      this.#delta = delta
      this.#version++
    } finally {
      this.#changed = undefined
    }
  }

  save(bundle: BundleWriter): void {
    bundle.json("live-index", { family: this.family })
    this.#base.rows.save(bundle.child("rows"))
    this.#base.save(bundle.child("base"))
    this.#delta.save(bundle.child("delta"))
    bundle.array("hidden", this.#base.rows.hiddenIds())
  }

  /** @throws {@link Corrupt} when what was saved does not fit together; {@link NotFound} on a family of another version */
  static async load(bundle: BundleReader): Promise<LiveIndex> {
    const { family } = bundle.json("live-index") as { family: string }
    const known = familyNamed(family)
    if (known === undefined) throw unknownName("vector index", "family", family, Object.keys(vectorFamilies))
    const rows = await BaseRows.load(bundle.child("rows"))
    const base = known.load(rows, bundle.child("base"))
    const delta = await ExactScan.load(bundle.child("delta"))
    const { dimension, metric } = rows.table.shape
    const hidden = bundle.array("hidden")
    const unknown = hidden.find((id) => !rows.hide(id))
    if (delta.dimension !== dimension || delta.metric !== metric || unknown !== undefined) {
      const came = unknown === undefined ? `${delta.metric} in ${delta.dimension}` : `id ${unknown}`
      throw new Corrupt("vector index", `changes to its base (${metric} in ${dimension})`, came, "Build the index again.")
    }
    return new LiveIndex(base, delta)
  }

  #contents(): VectorData {
    const rows = matrix(this.size, this.dimension)
    const ids = new Uint32Array(this.size)
    let at = 0
    const copy = (id: number, vector: Float32Array) => {
      ids[at] = id
      rows.data.set(vector, at++ * this.dimension)
    }
    this.#base.rows.each(copy)
    this.#delta.each(copy)
    return { rows, ids, metric: this.metric }
  }

  #change(id: number): void {
    this.#changed?.add(id)
    this.#version++
  }
}

const buildBase: BuildBase = (family, data, config, options) => familyNamed(family)!.build(data, config, options)
