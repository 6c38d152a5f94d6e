export { type BundleHeader, createBundle, readBundle, type StoredArray } from "./bundle.ts"
export { checkGates, type Gate, type GateInput, gates } from "./gates.ts"
export {
  type DataSnapshot,
  type Evidence,
  type GateResult,
  type Manifest,
  type ManifestFacts,
  RELEASE_FORMAT,
  readManifest,
  readRelease,
  writeRelease,
} from "./manifest.ts"
export {
  listReleases,
  liveRelease,
  promote,
  type ReleaseListing,
  readEvidence,
  rollback,
  systemOfRelease,
  writeEvidence,
} from "./pointer.ts"
