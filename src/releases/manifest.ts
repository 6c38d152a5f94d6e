import { createHash } from "node:crypto"
import { type BundleReader, type BundleWriter, Corrupt, canonicalJson } from "../core/index.ts"
import type { Store } from "../storage/index.ts"
import { type BundleHeader, createBundle, readBundle } from "./bundle.ts"

/** The layout this version writes; a release of a newer one is refused. */
export const RELEASE_FORMAT = 1

/**
 * What a release is: everything its answers depend on. Its canonical JSON is hashed into the id, so the same data, seed and definition
 * give the same id, and nothing in it can be altered unseen. Time, host and milliseconds stand beside it, in the evidence.
 */
export interface Manifest {
  readonly format: number
  readonly system: string
  readonly kind: string
  /** The definition's own parameters, with their keys in the order they were written: fields of a schema have one. */
  readonly options: unknown
  /** Hash of feature names, versions, columns and state. */
  readonly featureSchema: string
  readonly seed: number
  /** What it was trained on: where from, up to which log position, how many records. */
  readonly data: DataSnapshot
  readonly bundle: BundleHeader
}

/** The data a release was trained on. */
export interface DataSnapshot {
  readonly source: "log" | "layout"
  readonly layout?: string
  readonly position: number
  readonly records: number
  readonly timeless: boolean
}

/** Time, place and proof of one release: written beside it, never part of its id. */
export interface Evidence {
  readonly createdMs: number
  readonly host: { readonly platform: string; readonly arch: string; readonly node: string; readonly cores: number }
  readonly version: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly rows: number
  readonly chosen: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, number>>
  readonly gates: readonly GateResult[]
  readonly notes: readonly string[]
}

/** One gate's answer: what was asked and what came. */
export interface GateResult {
  readonly name: string
  readonly passed: boolean
  readonly detail: string
}

/** On disk the options are text, since canonical JSON would sort their keys. */
type StoredManifest = Omit<Manifest, "options"> & { readonly options: string }

/** Everything of a manifest but what `writeRelease` fills in. */
export type ManifestFacts = Omit<Manifest, "format" | "bundle">

/** Writes a release: blobs first, then the manifest under the hash of its content. Writing the same one again changes nothing. @returns its id, 16 hex digits */
export async function writeRelease(
  store: Pick<Store, "blobs" | "releases">,
  facts: ManifestFacts,
  fill: (bundle: BundleWriter) => void,
): Promise<string> {
  const bundle = createBundle()
  fill(bundle)
  const manifest: StoredManifest = {
    format: RELEASE_FORMAT,
    ...facts,
    options: JSON.stringify(facts.options ?? null),
    bundle: await bundle.finish(store.blobs),
  }
  const bytes = new TextEncoder().encode(canonicalJson(manifest))
  const id = idOf(bytes)
  await store.releases.put(facts.system, id, bytes)
  return id
}

/** The manifest of a release, checked against its id. @throws {@link Corrupt} when altered or of a newer format */
export async function readManifest(store: Pick<Store, "releases">, system: string, id: string): Promise<Manifest> {
  const bytes = await store.releases.manifest(system, id)
  if (idOf(bytes) !== id) {
    throw new Corrupt(
      `release ${id}`,
      "a manifest that hashes to its id",
      `content ${idOf(bytes)}`,
      "It was altered: promote another release.",
    )
  }
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as StoredManifest
  if (manifest.format > RELEASE_FORMAT) {
    throw new Corrupt(
      `release ${id}`,
      `format ${RELEASE_FORMAT} or older`,
      `format ${manifest.format}`,
      "Upgrade trommel, or promote an older release.",
    )
  }
  return { ...manifest, options: JSON.parse(manifest.options) }
}

/** A release read whole: manifest and parts, every byte checked by hash. */
export async function readRelease(
  store: Pick<Store, "blobs" | "releases">,
  system: string,
  id: string,
): Promise<{ manifest: Manifest; bundle: BundleReader }> {
  const manifest = await readManifest(store, system, id)
  return { manifest, bundle: await readBundle(manifest.bundle, store.blobs) }
}

const idOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16)
