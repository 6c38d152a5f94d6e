import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import type { Blobs, Store } from "../storage/index.ts"
import {
  checkGates,
  listReleases,
  liveRelease,
  type ManifestFacts,
  promote,
  readRelease,
  rollback,
  writeEvidence,
  writeRelease,
} from "./index.ts"

/** Blobs and releases in plain maps, with a hand on the bytes so that a test can alter them. */
function fakeStore() {
  const bytes = new Map<string, Uint8Array>()
  const manifests = new Map<string, Uint8Array>()
  const evidence = new Map<string, Uint8Array>()
  let history: readonly string[] = []
  const blobs: Blobs = {
    async put(content) {
      const hash = createHash("sha256").update(content).digest("hex")
      bytes.set(hash, Uint8Array.from(content))
      return hash
    },
    get: async (hash) => bytes.get(hash)!,
    has: async (hash) => bytes.has(hash),
    delete: async (hash) => void bytes.delete(hash),
    async *list() {
      for (const [hash, content] of bytes) yield { hash, bytes: content.length }
    },
  }
  const releases: Store["releases"] = {
    put: async (_, id, manifest) => void manifests.set(id, manifest),
    manifest: async (_, id) => manifests.get(id)!,
    putEvidence: async (_, id, content) => void evidence.set(id, content),
    evidence: async (_, id) => evidence.get(id),
    list: async () => [...manifests.keys()].reverse().map((id, index) => ({ id, createdMs: 1000 - index })),
    history: async () => history,
    setHistory: async (_, __, next) => {
      history = next
    },
    watch: () => () => undefined,
  }
  return { blobs, releases, bytes, manifests }
}

const facts: ManifestFacts = {
  system: "films",
  kind: "recommendation",
  options: { b: 1, a: [1, 2] },
  featureSchema: "f",
  seed: 7,
  data: { source: "log", position: 3, records: 3, timeless: false },
}
const fill = (value: number) => (bundle: Parameters<Parameters<typeof writeRelease>[2]>[0]) => {
  const part = bundle.child("popularity")
  part.array("scores", Float32Array.from([1, 2, value]))
  part.json("config", { halfLifeDays: 7 })
}

test("a release reads back what was saved, and the same content has the same id", async () => {
  const store = fakeStore()
  const first = await writeRelease(store, facts, fill(3))
  const again = await writeRelease(store, { ...facts, options: { b: 1, a: [1, 2] } }, fill(3))
  const other = await writeRelease(store, facts, fill(4))
  expect(again).toBe(first)
  expect(other).not.toBe(first)
  const { manifest, bundle } = await readRelease(store, "films", first)
  expect(manifest.seed).toBe(7)
  expect(Object.keys(manifest.options as object), "keys keep their order").toEqual(["b", "a"])
  expect(bundle.names()).toEqual(["popularity"])
  expect([...bundle.child("popularity").array("scores")]).toEqual([1, 2, 3])
  expect(bundle.child("popularity").json("config")).toEqual({ halfLifeDays: 7 })
  expect(() => bundle.child("popularity").array("weights")).toThrow(/expected a name among config, scores/)
})

test("an altered blob, a truncated blob and an altered manifest are refused by hash", async () => {
  const store = fakeStore()
  const id = await writeRelease(store, facts, fill(3))
  const [hash, content] = [...store.bytes][0]!
  store.bytes.set(
    hash,
    Uint8Array.from(content, (byte, index) => (index === 2 ? byte ^ 1 : byte)),
  )
  await expect(readRelease(store, "films", id)).rejects.toThrow(/release part popularity\/scores: .*altered bytes/)
  store.bytes.set(hash, content.slice(0, 5))
  await expect(readRelease(store, "films", id)).rejects.toThrow(/5 bytes/)
  store.bytes.set(hash, content)
  const manifest = new TextDecoder().decode(store.manifests.get(id)!)
  store.manifests.set(id, new TextEncoder().encode(manifest.replace('"seed":7', '"seed":8')))
  await expect(readRelease(store, "films", id)).rejects.toThrow(/a manifest that hashes to its id/)
})

test("two parts may not save under one name", async () => {
  await expect(
    writeRelease(fakeStore(), facts, (bundle) => {
      bundle.json("a", 1)
      bundle.json("a", 2)
    }),
  ).rejects.toThrow(/a second a/)
})

test("promote, promote again, roll back: a pointer moves, evidence stands beside it", async () => {
  const store = fakeStore()
  const first = await writeRelease(store, facts, fill(1))
  const second = await writeRelease(store, facts, fill(2))
  expect(await liveRelease(store, "films")).toBeUndefined()
  await promote(store, "films", first)
  await promote(store, "films", second)
  await promote(store, "films", second)
  expect(await liveRelease(store, "films")).toBe(second)
  expect(await rollback(store, "films")).toBe(first)
  await expect(rollback(store, "films")).rejects.toThrow(/a release that was live before, came 1/)
  await expect(promote(store, "films", "nope")).rejects.toThrow(new RegExp(`among ${[first, second].sort().join(", ")}`))
  const evidence = {
    createdMs: 5,
    host: { platform: "x", arch: "y", node: "20", cores: 2 },
    version: "1",
    seconds: 1,
    cpuSeconds: 1,
    peakBytes: 1,
    rows: 1,
    chosen: {},
    metrics: { ndcg: 0.4 },
    gates: [],
    notes: [],
  }
  await writeEvidence(store, "films", first, evidence)
  const listed = await listReleases(store, "films")
  expect(listed.find((release) => release.live)).toMatchObject({ id: first, evidence: { metrics: { ndcg: 0.4 } } })
})

test.each([
  { name: "above", candidate: 0.4, popularity: 0.2, passed: true },
  { name: "equal", candidate: 0.2, popularity: 0.2, passed: true },
  { name: "below", candidate: 0.19, popularity: 0.2, passed: false },
  { name: "not a number", candidate: Number.NaN, popularity: 0.2, passed: false },
])("the popularity gate, $name: $passed", ({ candidate, popularity, passed }) => {
  const [result] = checkGates({ primary: "ndcg@20", candidate: { "ndcg@20": candidate }, popularity: { "ndcg@20": popularity } })
  expect(result!.passed).toBe(passed)
})

test("the popularity gate fails closed when a metric was not measured", () => {
  expect(checkGates({ primary: "ndcg@20", candidate: {}, popularity: { "ndcg@20": 0 } })[0]).toMatchObject({
    passed: false,
    detail: "ndcg@20 not measured, popularity 0.0000",
  })
})
