import { Corrupt } from "../core/index.ts"
import type { PageKey, PageRow } from "../funnel/index.ts"

/** Start of the names under which pages lie in the spool. */
export const PARCEL = "pages."

/** Pages on their way to the process that writes: a line of JSON with the position, the keys and the sizes, then the pages' bytes. */
export function writeParcel(rows: readonly PageRow[], position: number): Uint8Array {
  const head = Buffer.from(
    `${JSON.stringify({ position, keys: rows.map(({ key }) => key), sizes: rows.map(({ bytes }) => bytes.length) })}\n`,
  )
  return Buffer.concat([head, ...rows.map(({ bytes }) => bytes)])
}

/** What {@link writeParcel} wrote. @throws {@link Corrupt} */
export function readParcel(bytes: Uint8Array): { readonly position: number; readonly rows: readonly PageRow[] } {
  const end = bytes.indexOf(10)
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as { position: number; keys: PageKey[]; sizes: number[] }
    let from = end + 1
    const rows = head.keys.map((key, at) => {
      const row = { key, bytes: bytes.subarray(from, from + head.sizes[at]!) }
      from += head.sizes[at]!
      return row
    })
    if (from !== bytes.length) throw new Error(`${bytes.length} bytes, not ${from}`)
    return { position: head.position, rows }
  } catch (error) {
    throw new Corrupt("parcel of pages", "one as it was written", (error as Error).message, "Export the pages again.")
  }
}
