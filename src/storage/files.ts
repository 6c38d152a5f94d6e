import { randomUUID } from "node:crypto"
import { link, mkdir, open, readdir, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { ioError } from "./environment.ts"

const code = (cause: unknown) => (cause instanceof Error && "code" in cause ? cause.code : undefined)

/** The answer, or undefined when the file or folder is not there; other failures by their names. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (cause) {
    if (code(cause) === "ENOENT" || code(cause) === "ENOTDIR") return undefined
    throw ioError("storage", cause)
  }
}

/** Names in a folder, none when it is not there; leftovers of writes that were interrupted are not among them. */
export async function names(folder: string): Promise<readonly string[]> {
  return ((await ifThere(readdir(folder))) ?? []).filter((name) => !name.endsWith(".part"))
}

/** Writes a file whole or not at all, on disk once this resolves. An existing one is replaced. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await place(path, bytes, rename)
}

/** Like {@link writeWhole}, but only when there is no such file; answers whether it was written. One of several processes wins. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await place(path, bytes, link)
    return true
  } catch (error) {
    if (error instanceof Exists) return false
    throw error
  }
}

class Exists extends Error {}

async function place(path: string, bytes: Uint8Array, move: (from: string, to: string) => Promise<void>): Promise<void> {
  const folder = dirname(path)
  const part = join(folder, `${randomUUID()}.part`)
  try {
    await mkdir(folder, { recursive: true })
    const file = await open(part, "wx")
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await move(part, path)
    await syncFolder(folder)
  } catch (cause) {
    if (code(cause) === "EEXIST") throw new Exists()
    throw ioError("storage", cause)
  } finally {
    await rm(part, { force: true }).catch(() => {})
  }
}

/** Makes new names in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
