import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

const root = fileURLToPath(new URL("../../..", import.meta.url))
export const dataFolder = process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data")

/** Whether a data set is there. */
export const has = (set: string) => existsSync(join(dataFolder, set))

/** Cells of a gzipped table, without quotes. */
export function cells(set: string, file: string, separator: string): string[][] {
  const text = gunzipSync(readFileSync(join(dataFolder, set, file))).toString()
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.replaceAll('"', "").split(separator))
}
