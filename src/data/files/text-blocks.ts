import { isUtf8 } from "node:buffer"
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { basename } from "node:path"
import { createGunzip } from "node:zlib"
import { Corrupt, NotFound, TooLarge, throwIfCancelled, Unavailable } from "../../core/index.ts"

/** Whole lines of a file, with the bytes (after unpacking) they stand at. */
export interface TextBlock {
  readonly text: string
  readonly startByte: number
  readonly endByte: number
  readonly encoding: "utf8" | "latin1"
}

const BLOCK_BYTES = 262_144
const LONGEST_LINE_BYTES = 16_777_216

/**
 * A file as blocks of whole lines, packed with gzip or not: the first two bytes say which. Reads no faster than it is asked.
 *
 * A block that is not UTF-8 is read as Latin-1, as old data sets are; a byte order mark is left out.
 * @param from - byte to begin at, after unpacking; it must begin a line
 * @throws {@link NotFound}, {@link Corrupt} on a damaged or cut gzip file, {@link TooLarge} on a line above 16 MiB
 */
export async function* textBlocks(
  path: string,
  { from = 0, signal }: { readonly from?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<TextBlock> {
  let startByte = from
  let carried: Buffer[] = []
  let carriedBytes = 0
  const block = (bytes: Buffer): TextBlock => {
    const start = startByte
    startByte += bytes.length
    const encoding = isUtf8(bytes) ? "utf8" : "latin1"
    const text = bytes.toString(encoding)
    return { text: start === 0 && text.startsWith("\ufeff") ? text.slice(1) : text, startByte: start, endByte: startByte, encoding }
  }
  for await (const chunk of byteChunks(path, from)) {
    throwIfCancelled(signal, `reading ${basename(path)}`)
    const end = chunk.lastIndexOf(10) + 1
    if (end > 0) {
      yield block(carried.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...carried, chunk.subarray(0, end)]))
      carried = []
      carriedBytes = 0
    }
    if (end < chunk.length) carried.push(chunk.subarray(end))
    carriedBytes += chunk.length - end
    if (carriedBytes > LONGEST_LINE_BYTES) {
      throw new TooLarge(basename(path), `lines of at most ${LONGEST_LINE_BYTES} bytes`, "a longer one", "Check that it is a text file.")
    }
  }
  if (carriedBytes > 0) yield block(Buffer.concat(carried))
}

/** Lines without their ends, a block at a time; `firstLine` counts from 1 when reading from the beginning. */
export async function* lineBlocks(
  path: string,
  options: { readonly from?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<{ readonly lines: readonly string[]; readonly firstLine: number; readonly endByte: number }> {
  let firstLine = 1
  for await (const { text, endByte } of textBlocks(path, options)) {
    const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n")
    if (text.includes("\r")) for (let i = 0; i < lines.length; i++) if (lines[i]!.endsWith("\r")) lines[i] = lines[i]!.slice(0, -1)
    yield { lines, firstLine, endByte }
    firstLine += lines.length
  }
}

/** The first line, for looking at what a file is; empty when the file is. */
export async function firstLineOf(path: string): Promise<string> {
  for await (const { lines } of lineBlocks(path)) return lines[0]!
  return ""
}

async function* byteChunks(path: string, from: number): AsyncGenerator<Buffer> {
  const packed = await isGzip(path)
  const raw = createReadStream(path, { start: packed ? 0 : from, highWaterMark: BLOCK_BYTES })
  const stream = packed ? raw.pipe(createGunzip({ chunkSize: BLOCK_BYTES })) : raw
  // A pipe does not hand on errors of its source.
  if (packed) raw.on("error", (error) => stream.destroy(error))
  let skip = packed ? from : 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (skip >= chunk.length) skip -= chunk.length
      else {
        yield skip > 0 ? chunk.subarray(skip) : chunk
        skip = 0
      }
    }
  } catch (error) {
    throw fileError(path, error)
  } finally {
    stream.destroy()
    raw.destroy()
  }
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r")
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(path, error)
  }
}

function fileError(path: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  const name = basename(path)
  if (code === "ENOENT") return new NotFound(name, "a file that exists", "none", "Check the path.")
  if (code === "EISDIR") return new NotFound(name, "a file", "a folder", "Name the files in it.")
  if (code.startsWith("Z_"))
    return new Corrupt(
      name,
      "a whole gzip file",
      `one that ends or breaks early (${code})`,
      "Fetch the file again; what came before is kept.",
    )
  if (code.startsWith("E")) return new Unavailable(name, "a file that can be read", code, "Check its permissions and the disk.")
  return error
}
