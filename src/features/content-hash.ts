import { createHash } from "node:crypto"
import { canonicalJson } from "../core/index.ts"

/** SHA-256 of a value's canonical JSON, in hex: equal values, equal hashes. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex")
}
