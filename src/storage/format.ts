import { cp, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { Conflict, Corrupt, NotFound } from "../core/index.ts"
import { ifThere, writeWhole } from "./files.ts"

/** The format of the folder that this version writes. */
export const FORMAT_VERSION = 1

/** Turns a folder of one format version into the next, in place; runs on the original after a copy was made. */
export type Migration = (folder: string) => Promise<void>

/** Migrations by the version they start from. Version 1 is the first, so there are none yet. */
export const migrations: Readonly<Record<number, Migration>> = {}

/**
 * Checks `format.json` of a tenant's folder: a new folder gets one, a newer format is refused, an older one is migrated after a copy to
 * `<folder>.format-<version>`, which stays for the way back.
 *
 * A migration that was interrupted starts again from the copy.
 */
export async function ensureFormat(
  folder: string,
  {
    write,
    version = FORMAT_VERSION,
    steps = migrations,
  }: { readonly write: boolean; readonly version?: number; readonly steps?: Readonly<Record<number, Migration>> },
): Promise<void> {
  const file = join(folder, "format.json")
  const found = await ifThere(readFile(file, "utf8"))
  if (found === undefined) {
    if (!write)
      throw new NotFound(
        "store",
        "a folder with a format.json",
        "none",
        "Start `trommel serve` or import events first: the writer makes the store.",
      )
    await writeWhole(file, formatBytes(version))
    return
  }
  const came = parseVersion(found)
  if (came === version) return
  if (came > version) {
    throw new Conflict(
      "store",
      `format ${version} or older`,
      `format ${came}`,
      "Install the version of trommel that wrote it, or a newer one.",
    )
  }
  if (!write) throw new Conflict("store", `format ${version}`, `format ${came}`, "Open it once for writing: that migrates it after a copy.")
  await migrate(folder, came, version, steps)
}

async function migrate(folder: string, from: number, to: number, steps: Readonly<Record<number, Migration>>): Promise<void> {
  const copy = `${folder}.format-${from}`
  const marker = join(folder, "migrating.json")
  const interrupted = (await ifThere(readFile(marker))) !== undefined
  if (interrupted) {
    await rm(folder, { recursive: true, force: true })
    await cp(copy, folder, { recursive: true })
  } else {
    await rm(copy, { recursive: true, force: true })
    await cp(folder, copy, { recursive: true })
  }
  await writeWhole(marker, formatBytes(to))
  for (let version = from; version < to; version++) {
    const step = steps[version]
    if (step === undefined) {
      await rm(marker, { force: true })
      throw new Conflict("store", `a migration from format ${version}`, "none", "Install a version of trommel that has one.")
    }
    await step(folder)
  }
  await writeWhole(join(folder, "format.json"), formatBytes(to))
  await rm(marker, { force: true })
}

const formatBytes = (version: number) => Buffer.from(`${JSON.stringify({ format: version })}\n`)

function parseVersion(text: string): number {
  try {
    const { format } = JSON.parse(text) as { format?: unknown }
    if (typeof format === "number" && Number.isInteger(format) && format > 0) return format
  } catch {
    // Falls through to the refusal, which says what was expected.
  }
  throw new Corrupt("store", 'a format.json such as {"format":1}', JSON.stringify(text.slice(0, 40)), "Restore the store from a backup.")
}
