import { Corrupt } from "../core/index.ts"

/** A page ranked ahead, best first. Arrays run in parallel. */
export interface StoredPage {
  /** The release that ranked it. */
  readonly release: string
  /** When it was ranked, and from when on it is not to be shown any more; epoch milliseconds. */
  readonly madeMs: number
  readonly expiresMs: number
  /** The log position whose state it was ranked on. */
  readonly position: number
  /** Dense ids of one collection: never reused, so they mean the same whenever the page is read. */
  readonly ids: Uint32Array
  readonly scores: Float32Array
  /** Which retrievers of that release proposed each item, by bit. */
  readonly sources: Uint32Array
  /** The chance with which each item had its place; NaN where nobody can say. */
  readonly propensities: Float32Array
  readonly reasons: readonly (readonly string[])[]
}

const FORMAT = 1
const HEAD_BYTES = 32
const ITEM_BYTES = 16

/** Bytes of a page: 32, 16 an item, and the text of release and reasons; each reason is written once. */
export function storedPageBytes(items: number, textBytes: number): number {
  return HEAD_BYTES + ITEM_BYTES * items + textBytes
}

/** A page as bytes: four numbers, four columns, JSON. */
export function encodePage({ release, madeMs, expiresMs, position, ids, scores, sources, propensities, reasons }: StoredPage): Uint8Array {
  const words = [...new Set(reasons.flat())]
  const places = new Map(words.map((word, place) => [word, place]))
  const said = reasons.map((of) => of.map((word) => places.get(word)!))
  const text = new TextEncoder().encode(JSON.stringify({ release, words, said }))
  const bytes = new Uint8Array(storedPageBytes(ids.length, text.length))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, FORMAT, true)
  view.setUint32(4, ids.length, true)
  view.setFloat64(8, madeMs, true)
  view.setFloat64(16, expiresMs, true)
  view.setFloat64(24, position, true)
  for (const [place, column] of [ids, scores, sources, propensities].entries()) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), HEAD_BYTES + 4 * place * ids.length)
  }
  bytes.set(text, HEAD_BYTES + ITEM_BYTES * ids.length)
  return bytes
}

/** The page that {@link encodePage} wrote. @throws {@link Corrupt} on other bytes */
export function decodePage(bytes: Uint8Array): StoredPage {
  const { buffer } = new Uint8Array(bytes)
  const view = new DataView(buffer)
  const size = bytes.length >= HEAD_BYTES && view.getUint32(0, true) === FORMAT ? view.getUint32(4, true) : Number.POSITIVE_INFINITY
  if (bytes.length < HEAD_BYTES + ITEM_BYTES * size) throw damaged(`${bytes.length} bytes`)
  const at = (column: number) => HEAD_BYTES + 4 * column * size
  const { release, words, said } = textOf(buffer, at(4))
  return {
    release,
    madeMs: view.getFloat64(8, true),
    expiresMs: view.getFloat64(16, true),
    position: view.getFloat64(24, true),
    ids: new Uint32Array(buffer, at(0), size),
    scores: new Float32Array(buffer, at(1), size),
    sources: new Uint32Array(buffer, at(2), size),
    propensities: new Float32Array(buffer, at(3), size),
    reasons: said.map((of) => of.map((place) => words[place]!)),
  }
}

/** When a page stops being shown, without reading the rest of it. */
export function expiryOf(bytes: Uint8Array): number {
  return bytes.length < HEAD_BYTES ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getFloat64(16, true)
}

function textOf(buffer: ArrayBuffer, from: number) {
  try {
    const text = new TextDecoder().decode(new Uint8Array(buffer, from))
    return JSON.parse(text) as { readonly release: string; readonly words: readonly string[]; readonly said: readonly number[][] }
  } catch (error) {
    throw damaged((error as Error).message)
  }
}

function damaged(came: string): Corrupt {
  return new Corrupt("stored page", "a page as it was written", came, "Export the pages again.")
}
